package io.kvstore.pages;

import static io.kvstore.pages.PageFormat.PAGE_BYTES;
import static io.kvstore.pages.PageFormat.PAGE_MASK;
import static io.kvstore.pages.PageFormat.PAGE_SHIFT;

import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * Three files in a folder share a base name, here `pages`:
 *
 *   pages      the main file: page 0 is the header (FileHeader), the caller's bytes begin at page 1
 *   pages.crc  four bytes per page: its CRC32C XOR the CRC32C of a page of zeros, so that holes verify
 *   pages.dw   the pages of the checkpoint that is being written (DoubleWrite)
 *
 * A page that changes is copied to the active set in memory. A checkpoint freezes that set, including the header page,
 * and then
 *
 *   1. allocates the space by writing zeros past the end of pages and pages.crc, so that a full disk makes a write call
 *      fail here, and not an access to a mapping later;
 *   2. writes the frozen pages and their checksums to pages.dw and forces it;
 *   3. writes the frozen pages to their positions in pages and forces it;
 *   4. writes their checksums to pages.crc and forces it;
 *   5. wipes the header of pages.dw, without forcing it, and drops the frozen set, so that readers use the mapping.
 *
 * Opening reads pages.dw. If it is complete, it is written again unchanged and forced, and steps 3 to 5 are repeated.
 * Otherwise it is ignored. A power cut may keep, lose or tear any write that was not forced. The state after it is
 * correct at any moment:
 *
 *   - Before the force of step 2 returns, pages and pages.crc have not changed, except for zeros past the length in the
 *     header. If pages.dw is torn, the state is that of the last checkpoint. If it happens to be complete, steps 3 and
 *     4 finish this checkpoint, as if the power cut had come later. But if only the process crashed, or the force
 *     failed, pages.dw may be complete in the page cache and not on disk. So opening makes it durable before it changes
 *     any page.
 *   - From then until the force of step 4 returns, pages.dw is complete and durable, and nothing writes to it. It
 *     contains every page and checksum that may be partly written, including the header.
 *   - After that, pages and pages.crc contain this checkpoint. pages.dw is wiped, or still complete because the wipe
 *     was not forced; in that case opening writes again what is already there. The next checkpoint overwrites pages.dw.
 *     A mixture of both checkpoints counts as torn, and no page is changed before pages.dw completely holds the next
 *     checkpoint.
 */
/**
 * A growable array of bytes in a set of files. Changes stay in memory until a checkpoint writes them atomically: a
 * checkpoint that is interrupted by a crash takes effect as a whole or not at all.
 *
 * <p>Memory: the pages that changed since the last checkpoint ({@link #dirtyBytes}), one bit for each page that existed
 * when the file was opened, and a fixed buffer. Unchanged pages are read from a read-only mapping.
 *
 * <p>Threads: one at a time writes, grows and freezes; the caller ensures that each sees the changes of the previous
 * one. One checkpoint at a time is written, on any thread. Any number of threads may read concurrently. A read that
 * overlaps a concurrent write may see the old or the new value of each byte, so the caller must lock what belongs
 * together.
 *
 * <p>Positions start at 0. Numbers are big-endian.
 *
 * <p>Errors: the first read of a page after opening verifies its checksum, and throws {@link DamagedPageException} if
 * it does not match. Access outside {@link #length} throws {@link IndexOutOfBoundsException}.
 */
public final class PagedFile implements Closeable {

    /** The default size of one mapping of the file. */
    public static final long WINDOW_BYTES = 1 << 30;

    private static final long STEP_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final VarHandle BITS = MethodHandles.arrayElementVarHandle(long[].class);

    /**
     * The changed pages.
     *
     * @param active the pages of the next checkpoint
     * @param frozen the pages of the checkpoint that is being written, or null if there is none
     */
    private record DirtyPages(PageSet active, @Nullable PageSet frozen) {}

    private final Path path;
    private final Path checksumsPath;
    private final MappedFile file;
    private final MappedFile checksums;
    private final DoubleWrite doubleWrite;
    private final ByteBuffer buffer;

    /** The number of pages in the file when it was opened; each of them has a bit in {@code verified}. */
    private final long pagesAtOpen;

    private final long[] verified;
    private volatile DirtyPages dirty;
    private volatile FileHeader header;
    private volatile long pages;

    private PagedFile(Recovery recovered, long pagesAtOpen, PageSet active) {
        this.path = recovered.path;
        this.checksumsPath = checksums(path);
        this.file = recovered.file;
        this.checksums = recovered.checksums;
        this.doubleWrite = recovered.doubleWrite;
        this.header = recovered.header;
        this.buffer = recovered.buffer;
        this.pages = header.pages();
        this.pagesAtOpen = pagesAtOpen;
        this.verified = new long[Math.toIntExact((pagesAtOpen + Long.SIZE - 1) / Long.SIZE)];
        this.dirty = new DirtyPages(active, null);
    }

    /**
     * Creates an empty, durable set of files in an existing folder, and opens it. A power cut meanwhile may leave any
     * part of the files, so the caller must record elsewhere that this method has returned.
     *
     * @param name of the main file; the names of the others are this name with a suffix
     * @param windowBytes size of one mapping, a power of two from 4 KiB to 1 GiB
     */
    public static PagedFile create(Disk disk, Path folder, String name, long windowBytes) throws IOException {
        Path path = folder.resolve(name);
        try (DiskFile file = disk.open(path, Disk.Access.CREATE);
                DiskFile checksums = disk.open(checksums(path), Disk.Access.CREATE);
                DiskFile doubleWrite = disk.open(doubleWrite(path), Disk.Access.CREATE)) {
            byte[] header = new FileHeader(0, 0, 1).encode();
            file.write(ByteBuffer.wrap(header), 0);
            file.force();
            checksums.write(ByteBuffer.allocate(PAGE_BYTES).putInt(0, PageFormat.checksum(header)), 0);
            checksums.force();
            doubleWrite.force();
        }
        disk.forceFolder(folder);
        return open(disk, folder, name, windowBytes);
    }

    private static Path checksums(Path path) {
        return path.resolveSibling(path.getFileName() + ".crc");
    }

    private static Path doubleWrite(Path path) {
        return path.resolveSibling(path.getFileName() + ".dw");
    }

    /**
     * Opens existing files. If the last checkpoint was interrupted after its double-write was complete, it is finished.
     *
     * @param name as for {@link #create}
     * @param windowBytes as for {@link #create}
     * @throws IOException if the disk fails, or a file is missing, truncated, damaged or of another format version;
     *     unless the disk failed, no file was changed
     */
    public static PagedFile open(Disk disk, Path folder, String name, long windowBytes) throws IOException {
        Path path = folder.resolve(name);
        return open(disk, path, Disk.Access.WRITE, windowBytes, Recovery::finishOnDisk);
    }

    /**
     * Opens existing files for reading, without changing them. They read as {@link #open} would leave them: an
     * interrupted checkpoint is finished in memory. No checkpoint can be written.
     *
     * @param name as for {@link #create}
     * @param windowBytes as for {@link #create}
     * @throws IOException as for {@link #open}
     */
    public static PagedFile openReadOnly(Disk disk, Path folder, String name, long windowBytes) throws IOException {
        return open(disk, folder.resolve(name), Disk.Access.READ, windowBytes, Recovery::finishInMemory);
    }

    private static PagedFile open(Disk disk, Path path, Disk.Access access, long windowBytes, Opener opener)
            throws IOException {
        MappedFile file = null;
        MappedFile checksums = null;
        DoubleWrite doubleWrite = null;
        try {
            long step = Math.min(STEP_BYTES, windowBytes);
            file = new MappedFile(openExisting(disk, path, access), windowBytes, step);
            checksums = new MappedFile(
                    openExisting(disk, checksums(path), access), windowBytes, Math.min(step, PAGE_BYTES));
            doubleWrite = new DoubleWrite(openExisting(disk, doubleWrite(path), access));
            return opener.open(new Recovery(path, file, checksums, doubleWrite, windowBytes));
        } catch (IOException | RuntimeException e) {
            for (Closeable opened : new @Nullable Closeable[] {file, checksums, doubleWrite}) {
                try {
                    if (opened != null) {
                        opened.close();
                    }
                } catch (IOException suppressed) {
                    e.addSuppressed(suppressed);
                }
            }
            throw e;
        }
    }

    private static DiskFile openExisting(Disk disk, Path path, Disk.Access access) throws IOException {
        try {
            return disk.open(path, access);
        } catch (NoSuchFileException e) {
            throw DamageException.unchanged(path + " is missing");
        }
    }

    private interface Opener {
        PagedFile open(Recovery recovery) throws IOException;
    }

    /** Verifies opened files and finishes an interrupted checkpoint. The constructor changes no file. */
    private static final class Recovery {
        private final Path path;
        private final MappedFile file;
        private final MappedFile checksums;
        private final DoubleWrite doubleWrite;
        private final ByteBuffer buffer;
        private final ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);

        /** The header of the checkpoint to finish, or of the last one if that is complete. */
        private final FileHeader header;

        /** The checkpoint to finish, or null if the last one is complete. */
        private final DoubleWrite.@Nullable Contents unfinished;

        Recovery(Path path, MappedFile file, MappedFile checksums, DoubleWrite doubleWrite, long windowBytes)
                throws IOException {
            this.buffer = ByteBuffer.allocateDirect((int) Math.min(BUFFER_BYTES, windowBytes));
            this.path = path;
            this.file = file;
            this.checksums = checksums;
            this.doubleWrite = doubleWrite;
            if (file.mappedBytes() < PAGE_BYTES) {
                throw DamageException.unchanged(
                        path + " is " + (file.mappedBytes() == 0 ? "empty" : "truncated") + ": it has no header");
            }
            FileHeader present = header(file, path);
            DoubleWrite.Contents contents = doubleWrite.read(buffer);
            if (contents == null || (present != null && contents.sequence < present.sequence())) {
                if (present == null) {
                    throw DamageException.at(path, 0, "the header does not match its checksum");
                }
                checkLengths(path, file, checksums, present.pages());
                checkSameCheckpoint(path, file, checksums);
                this.header = present;
                this.unfinished = null;
                return;
            }
            if (present != null && contents.sequence > present.sequence() + 1) {
                throw DamageException.unchanged(doubleWrite(path) + " does not belong to " + path
                        + ": it contains checkpoint " + contents.sequence
                        + ", but the last checkpoint in the main file is " + present.sequence());
            }
            checkLengths(path, file, checksums, contents.pagesBefore);
            FileHeader unfinishedHeader = FileHeader.decode(image(contents, 0).array(), path);
            if (unfinishedHeader == null || contents.numbers[0] != 0) {
                throw DamageException.at(doubleWrite(path), 0, "its first page is not a header");
            }
            if (!contents.matches(unfinishedHeader)) {
                throw DamageException.at(doubleWrite(path), 0, "its pages contradict its header");
            }
            this.header = unfinishedHeader;
            this.unfinished = contents;
        }

        private ByteBuffer image(DoubleWrite.Contents contents, int i) throws IOException {
            return doubleWrite.image(contents, i, page);
        }

        /** Opens the files, and first finishes an interrupted checkpoint on disk. */
        PagedFile finishOnDisk() throws IOException {
            DoubleWrite.Contents contents = unfinished;
            if (contents != null) {
                doubleWrite.rewrite(contents, buffer);
                file.grow(header.pages() * PAGE_BYTES);
                checksums.grow(header.pages() * Integer.BYTES);
                writePages(file, contents, i -> image(contents, i).array(), buffer);
                writeChecksums(checksums, contents, buffer);
                doubleWrite.invalidate();
            }
            return opened(header.pages(), new PageSet());
        }

        /** Opens the files, and treats the pages of an interrupted checkpoint as changed pages in memory. */
        PagedFile finishInMemory() throws IOException {
            PageSet pages = new PageSet();
            if (unfinished == null) {
                return opened(header.pages(), pages);
            }
            for (int i = 0; i < unfinished.numbers.length; i++) {
                pages.add(unfinished.numbers[i], image(unfinished, i).array().clone());
            }
            return opened(unfinished.pagesBefore, pages);
        }

        private PagedFile opened(long pagesInFile, PageSet active) throws IOException {
            file.mapOnly(pagesInFile * PAGE_BYTES);
            checksums.mapOnly(PageFormat.roundUp(pagesInFile * Integer.BYTES, PAGE_BYTES));
            return new PagedFile(this, pagesInFile, active);
        }
    }

    private static @Nullable FileHeader header(MappedFile file, Path path) throws IOException {
        byte[] page = new byte[PAGE_BYTES];
        file.window(0).get(0, page);
        return FileHeader.decode(page, path);
    }

    /**
     * Checks that the header matches its checksum in the other file. The header is the first page that a checkpoint
     * writes to the main file, and checksums are written after all pages. If they differ and no double-write is
     * complete, either a checkpoint was interrupted that can no longer be finished, or the files are from different
     * times.
     */
    private static void checkSameCheckpoint(Path path, MappedFile file, MappedFile checksums) throws IOException {
        byte[] page = new byte[PAGE_BYTES];
        file.window(0).get(0, page);
        if (PageFormat.checksum(page) != checksums.window(0).getInt(0)) {
            throw DamageException.unchanged(path + " and " + checksums(path) + " are from different checkpoints, and "
                    + doubleWrite(path) + " contains no complete checkpoint to repair them");
        }
    }

    private static void checkLengths(Path path, MappedFile file, MappedFile checksums, long pages) throws IOException {
        checkLength(path, file, pages * PAGE_BYTES);
        checkLength(checksums(path), checksums, pages * Integer.BYTES);
    }

    private static void checkLength(Path path, MappedFile file, long needed) throws IOException {
        if (file.mappedBytes() < needed) {
            throw DamageException.unchanged(
                    path + " is truncated: it has " + file.mappedBytes() + " bytes, but needs at least " + needed);
        }
    }

    /** Returns the length in bytes: positions from 0 up to it, exclusive, can be read and written. */
    public long length() {
        return (pages - 1) << PAGE_SHIFT;
    }

    /** Extends {@link #length} to at least {@code bytes}, with zeros. Allocates neither memory nor disk space yet. */
    public void ensureLength(long bytes) {
        pages = Math.max(pages, 1 + ((bytes + PAGE_MASK) >>> PAGE_SHIFT));
    }

    /** Returns the revision of the last complete checkpoint, or 0 if there is none. */
    public long revision() {
        return header.revision();
    }

    /**
     * Returns the size in bytes of the main file and the file of checksums. The double-write file does not count,
     * because its size is that of the largest checkpoint so far and does not depend on the contents. Must not run
     * concurrently with {@link #close}.
     */
    public long fileBytes() throws IOException {
        return file.size() + checksums.size();
    }

    /** Returns the number of pages, including the header page. */
    public long pages() {
        return pages;
    }

    /** Returns the number of pages in memory that the next checkpoint will write. */
    public int changedPages() {
        return dirty.active.count();
    }

    /** Returns the memory in bytes that changed pages take, including those of a checkpoint that is being written. */
    public long dirtyBytes() {
        DirtyPages now = dirty;
        return ((long) now.active.count() + (now.frozen == null ? 0 : now.frozen.count())) << PAGE_SHIFT;
    }

    public byte getByte(long position) {
        long page = checkedPage(position, 1);
        byte[] bytes = dirtyPage(page);
        if (bytes != null) {
            return bytes[(int) position & PAGE_MASK];
        }
        if (isHole(page)) {
            return 0;
        }
        long at = position + PAGE_BYTES;
        return file.window(at).get(file.index(at));
    }

    public int getInt(long position) {
        int at = (int) position & PAGE_MASK;
        if (at > PAGE_BYTES - Integer.BYTES) {
            byte[] bytes = new byte[Integer.BYTES];
            get(position, bytes, 0, bytes.length);
            return (int) PageFormat.INTS.get(bytes, 0);
        }
        long page = checkedPage(position, Integer.BYTES);
        byte[] bytes = dirtyPage(page);
        if (bytes != null) {
            return (int) PageFormat.INTS.get(bytes, at);
        }
        if (isHole(page)) {
            return 0;
        }
        long inFile = position + PAGE_BYTES;
        return file.window(inFile).getInt(file.index(inFile));
    }

    public long getLong(long position) {
        int at = (int) position & PAGE_MASK;
        if (at > PAGE_BYTES - Long.BYTES) {
            byte[] bytes = new byte[Long.BYTES];
            get(position, bytes, 0, bytes.length);
            return (long) PageFormat.LONGS.get(bytes, 0);
        }
        long page = checkedPage(position, Long.BYTES);
        byte[] bytes = dirtyPage(page);
        if (bytes != null) {
            return (long) PageFormat.LONGS.get(bytes, at);
        }
        if (isHole(page)) {
            return 0;
        }
        long inFile = position + PAGE_BYTES;
        return file.window(inFile).getLong(file.index(inFile));
    }

    /** Copies {@code length} bytes, starting at {@code position}, to {@code into} at index {@code from}. */
    public void get(long position, byte[] into, int from, int length) {
        checkedPage(position, length);
        long at = position;
        int to = from;
        while (to < from + length) {
            int inPage = (int) at & PAGE_MASK;
            int n = Math.min(from + length - to, PAGE_BYTES - inPage);
            long page = 1 + (at >>> PAGE_SHIFT);
            byte[] bytes = dirtyPage(page);
            if (bytes != null) {
                System.arraycopy(bytes, inPage, into, to, n);
            } else if (isHole(page)) {
                Arrays.fill(into, to, to + n, (byte) 0);
            } else {
                long inFile = at + PAGE_BYTES;
                file.window(inFile).get(file.index(inFile), into, to, n);
            }
            at += n;
            to += n;
        }
    }

    public void putByte(long position, byte value) {
        writablePage(checkedPage(position, 1))[(int) position & PAGE_MASK] = value;
    }

    public void putInt(long position, int value) {
        int at = (int) position & PAGE_MASK;
        if (at <= PAGE_BYTES - Integer.BYTES) {
            PageFormat.INTS.set(writablePage(checkedPage(position, Integer.BYTES)), at, value);
        } else {
            byte[] bytes = new byte[Integer.BYTES];
            PageFormat.INTS.set(bytes, 0, value);
            put(position, bytes, 0, bytes.length);
        }
    }

    public void putLong(long position, long value) {
        int at = (int) position & PAGE_MASK;
        if (at <= PAGE_BYTES - Long.BYTES) {
            PageFormat.LONGS.set(writablePage(checkedPage(position, Long.BYTES)), at, value);
        } else {
            byte[] bytes = new byte[Long.BYTES];
            PageFormat.LONGS.set(bytes, 0, value);
            put(position, bytes, 0, bytes.length);
        }
    }

    /** Writes {@code length} bytes of {@code from}, starting at index {@code start}, to {@code position}. */
    public void put(long position, byte[] from, int start, int length) {
        checkedPage(position, length);
        long at = position;
        int done = 0;
        while (done < length) {
            int inPage = (int) at & PAGE_MASK;
            int n = Math.min(length - done, PAGE_BYTES - inPage);
            System.arraycopy(from, start + done, writablePage(1 + (at >>> PAGE_SHIFT)), inPage, n);
            at += n;
            done += n;
        }
    }

    /** Writes zeros from {@code position}, inclusive, to {@code end}, exclusive. */
    public void clear(long position, long end) {
        checkedPage(position, Math.max(0, end - position));
        for (long at = position; at < end; ) {
            int inPage = (int) at & PAGE_MASK;
            int n = (int) Math.min(end - at, PAGE_BYTES - inPage);
            Arrays.fill(writablePage(1 + (at >>> PAGE_SHIFT)), inPage, inPage + n, (byte) 0);
            at += n;
        }
    }

    /**
     * Checks that {@code length} bytes at {@code position} are within the length, and returns the page number of
     * {@code position}.
     */
    private long checkedPage(long position, long length) {
        if (position < 0 || length < 0 || position > length() - length) {
            throw new IndexOutOfBoundsException(
                    length + " bytes at position " + position + " are outside the length " + length() + " of " + path);
        }
        return 1 + (position >>> PAGE_SHIFT);
    }

    /** Returns a changed page, or null if the page is unchanged. */
    private byte @Nullable [] dirtyPage(long page) {
        DirtyPages now = dirty;
        byte[] bytes = now.active.get(page);
        return bytes != null || now.frozen == null ? bytes : now.frozen.get(page);
    }

    /**
     * Returns whether an unchanged page lies past the end of the file, and so consists of zeros. Otherwise verifies the
     * page if it was not verified yet.
     */
    private boolean isHole(long page) {
        if (page < pagesAtOpen) {
            if ((verified[(int) (page >>> 6)] & 1L << page) == 0) {
                verify(page);
            }
            return false;
        }
        return page >= file.mappedBytes() >>> PAGE_SHIFT;
    }

    /*
     * A checkpoint may be writing this page while its checksum is computed here, because the page may have changed
     * after the caller found it unchanged. But a page is verified, and its bit set, before it is first changed. So the
     * bit is set long before a checkpoint writes the page, and a mismatch while the bit is unset is damage.
     */
    private void verify(long page) {
        byte[] bytes = new byte[PAGE_BYTES];
        long at = page << PAGE_SHIFT;
        file.window(at).get(file.index(at), bytes);
        int bits = (int) (page >>> 6);
        if (PageFormat.checksum(bytes) != storedChecksum(page)
                && ((long) BITS.getVolatile(verified, bits) & 1L << page) == 0) {
            throw new DamagedPageException(path, page, checksumsPath);
        }
        BITS.getAndBitwiseOr(verified, bits, 1L << page);
    }

    /** Receives pages. */
    @FunctionalInterface
    public interface PageVisitor {
        /** Receives the number of a page and its offset in the main file. */
        void page(long number, long offset);
    }

    /**
     * Verifies every page that existed when the file was opened and has not changed since. Must not run while a
     * checkpoint is written.
     *
     * @param damaged receives each page that does not match its checksum
     * @return the number of pages that were verified
     */
    public long verifyAll(PageVisitor damaged) throws IOException {
        byte[] page = new byte[PAGE_BYTES];
        int run = buffer.capacity() >> PAGE_SHIFT;
        long read = 0;
        for (long first = 0; first < pagesAtOpen; first += run) {
            long end = Math.min(pagesAtOpen, first + run);
            file.read(buffer.clear().limit((int) ((end - first) << PAGE_SHIFT)), first << PAGE_SHIFT);
            buffer.flip();
            for (long number = first; number < end; number++) {
                buffer.get(page);
                if (dirtyPage(number) != null) {
                    continue;
                }
                read++;
                if (PageFormat.checksum(page) != storedChecksum(number)) {
                    damaged.page(number, number << PAGE_SHIFT);
                }
            }
        }
        return read;
    }

    private int storedChecksum(long page) {
        long at = page * Integer.BYTES;
        return checksums.window(at).getInt(checksums.index(at));
    }

    /** Returns a page of the active set to write to, and copies the page there first if necessary. */
    private byte[] writablePage(long page) {
        DirtyPages now = dirty;
        byte[] bytes = now.active.get(page);
        if (bytes != null) {
            return bytes;
        }
        byte[] frozen = now.frozen == null ? null : now.frozen.get(page);
        if (frozen != null) {
            bytes = frozen.clone();
        } else {
            bytes = new byte[PAGE_BYTES];
            if (!isHole(page)) {
                long at = page << PAGE_SHIFT;
                file.window(at).get(file.index(at), bytes);
            }
        }
        now.active.add(page, bytes);
        return bytes;
    }

    /**
     * Freezes all changes so far as a checkpoint, in constant time. Must be called on the writing thread.
     *
     * @param revision what {@link #revision} returns once the checkpoint is complete
     * @throws IllegalStateException if the last checkpoint is not complete, because it was not written yet or failed
     */
    public Checkpoint freeze(long revision) {
        DirtyPages now = dirty;
        if (now.frozen != null) {
            throw new IllegalStateException("the last checkpoint is not complete");
        }
        FileHeader next = new FileHeader(header.sequence() + 1, revision, pages);
        now.active.add(0, next.encode());
        dirty = new DirtyPages(new PageSet(), now.active);
        return new Checkpoint(now.active, next);
    }

    /** Frozen changes, ready to be written. */
    public final class Checkpoint {
        private final PageSet frozen;
        private final FileHeader next;

        private Checkpoint(PageSet frozen, FileHeader next) {
            this.frozen = frozen;
            this.next = next;
        }

        /** Returns the revision that was given to {@link #freeze}. */
        public long revision() {
            return next.revision();
        }

        /**
         * Makes the checkpoint durable. After this returns, opening the files gives this state or a later one. May run
         * concurrently with readers and the writer.
         *
         * @throws IOException if the checkpoint failed: the frozen changes can still be read, opening the files gives
         *     this state or that of the previous checkpoint, and no other checkpoint can be taken
         */
        public void write() throws IOException {
            if (dirty.frozen != frozen) {
                throw new IllegalStateException("this checkpoint is complete");
            }
            long[] numbers = frozen.numbers();
            int[] sums = new int[numbers.length];
            for (int i = 0; i < numbers.length; i++) {
                sums[i] = PageFormat.checksum(bytes(numbers[i]));
            }
            DoubleWrite.Contents contents = new DoubleWrite.Contents(next.sequence(), header.pages(), numbers, sums);
            DoubleWrite.Images images = i -> bytes(numbers[i]);
            file.grow(next.pages() * PAGE_BYTES);
            checksums.grow(next.pages() * Integer.BYTES);
            doubleWrite.write(contents, images, buffer);
            writePages(file, contents, images, buffer);
            writeChecksums(checksums, contents, buffer);
            doubleWrite.invalidate();
            header = next;
            dirty = new DirtyPages(dirty.active, null);
        }

        private byte[] bytes(long page) {
            return Objects.requireNonNull(frozen.get(page));
        }
    }

    /** Writes pages to their positions in the main file, adjacent pages with one call, and forces the file. */
    private static void writePages(
            MappedFile file, DoubleWrite.Contents contents, DoubleWrite.Images images, ByteBuffer buffer)
            throws IOException {
        long[] numbers = contents.numbers;
        buffer.clear();
        for (int i = 0; i < numbers.length; i++) {
            buffer.put(images.get(i));
            if (i + 1 == numbers.length || numbers[i + 1] != numbers[i] + 1 || !buffer.hasRemaining()) {
                buffer.flip();
                file.write(buffer, ((numbers[i] + 1) << PAGE_SHIFT) - buffer.limit());
                buffer.clear();
            }
        }
        file.force();
    }

    /** Writes checksums, those in the same page of the file with one call, and forces the file. */
    private static void writeChecksums(MappedFile file, DoubleWrite.Contents contents, ByteBuffer buffer)
            throws IOException {
        long[] numbers = contents.numbers;
        int perBlock = PAGE_BYTES / Integer.BYTES;
        for (int i = 0; i < numbers.length; ) {
            long block = numbers[i] / perBlock;
            long at = block * PAGE_BYTES;
            buffer.clear().limit(PAGE_BYTES);
            ByteBuffer window = file.window(at).duplicate();
            int index = file.index(at);
            buffer.put(window.position(index).limit(index + PAGE_BYTES));
            for (; i < numbers.length && numbers[i] / perBlock == block; i++) {
                buffer.putInt((int) (numbers[i] % perBlock) * Integer.BYTES, contents.checksums[i]);
            }
            file.write(buffer.flip(), at);
        }
        file.force();
    }

    /**
     * Truncates the files to 0 bytes, which frees their space at once, and closes them. No thread may be reading or
     * writing, because accesses through the mappings would fail.
     */
    public void erase() throws IOException {
        try (this) {
            file.erase();
            checksums.erase();
            doubleWrite.erase();
        }
    }

    /** Closes the files without writing anything. Concurrent reads through the mappings are safe. */
    @Override
    public void close() throws IOException {
        try (file;
                checksums) {
            doubleWrite.close();
        }
    }
}
