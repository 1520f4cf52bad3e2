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
 * Three files in a folder, called after a name, here `pages`:
 *
 *   pages      page 0 is the header (FileHeader), the caller's bytes begin with page 1
 *   pages.crc  four bytes a page: its CRC32C, XOR that of a page of zeros, so that holes verify
 *   pages.dw   the pages of the checkpoint that is being written (DoubleWrite)
 *
 * A page that changes is copied into the active set, in memory. A checkpoint freezes that set, header page included, and
 *
 *   1. takes the space: writes zeros past the end of pages and pages.crc, so that a full disk is met here, by a call that
 *      can fail, and not by a mapping;
 *   2. writes the frozen pages with their checksums to pages.dw and forces it;
 *   3. writes them to their places in pages and forces it;
 *   4. writes their checksums to pages.crc and forces it;
 *   5. wipes the header of pages.dw, which is not forced, and drops the frozen set, so that readers go to the mapping.
 *
 * Opening looks at pages.dw: when it is complete, it is written again as it is and forced, and steps 3 to 5 are done
 * again; else it is ignored. Why this is right wherever the power goes, though any unforced write may be kept, lost or
 * torn:
 *
 *   - before the force of 2 ends, nothing of pages and pages.crc has changed but zeros past the length that the header
 *     tells. pages.dw may be torn: then the state is the last checkpoint's. It may happen to be complete: then steps 3
 *     and 4 make this checkpoint, as if the cut had come later. But where only the process died, or the force failed, it
 *     is complete in the system's memory and perhaps not on disk: so no page is touched before it is on disk for certain.
 *   - between that and the force of 4, pages.dw is complete and forced, nothing writes to it, and it holds every page and
 *     checksum that may be half written, the header among them.
 *   - after that, pages and pages.crc hold this checkpoint. pages.dw is wiped, or whole because that was not forced: then
 *     opening writes once more what is there already. The next checkpoint overwrites it: a mixture of the two is torn,
 *     and none of the next one's pages are touched before it is wholly the next one's.
 */
/**
 * A growable array of bytes in files of its own, whose changes stay in memory until a checkpoint writes all of them, or,
 * when it is cut off, none of them.
 *
 * <p>Memory: what changed since the last checkpoint ({@link #dirtyBytes}), a bit for each page that was there when the
 * file was opened, and a fixed buffer. Reads of what did not change go to a read-only mapping.
 *
 * <p>Threads: one at a time writes, grows and freezes, the caller seeing to it that each sees what the one before did. One
 * checkpoint at a time is written, on any thread. Any number read beside them; who reads bytes that are just being written
 * sees the old or the new of each, so the caller guards what belongs together.
 *
 * <p>Positions start at 0. Numbers have the high byte first.
 *
 * <p>Errors: reading a page for the first time after opening checks its checksum and throws
 * {@link DamagedPageException}. Reading outside {@link #length} throws {@link IndexOutOfBoundsException}.
 */
public final class PagedFile implements Closeable {

    /** How much of the file one mapping spans where nobody asks for less. */
    public static final long WINDOW_BYTES = 1 << 30;

    private static final long STEP_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final VarHandle BITS = MethodHandles.arrayElementVarHandle(long[].class);

    /** The changed pages: those of the next checkpoint, and those of the one that is being written. */
    private record Changed(PageSet active, @Nullable PageSet frozen) {}

    private final Path path;
    private final Path checksumsPath;
    private final MappedFile file;
    private final MappedFile checksums;
    private final DoubleWrite doubleWrite;
    private final ByteBuffer buffer;

    /** Pages below this were there when the file was opened, and have a bit in {@code verified}. */
    private final long pagesAtOpen;

    private final long[] verified;
    private volatile Changed changed;
    private volatile FileHeader header;
    private volatile long pages;

    private PagedFile(Recovery recovered, long pagesAtOpen, PageSet changed) {
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
        this.changed = new Changed(changed, null);
    }

    /**
     * Makes the files in a folder that is there, empty and durable. A power cut meanwhile leaves any part of them: who calls
     * this notes elsewhere when it is done.
     *
     * @param name of the first file, with which those of the others begin
     * @param windowBytes how much one mapping spans, a power of two from 4 KiB to 1 GiB
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
     * Opens the files of a folder, finishing the last checkpoint when it was cut off after it was safe.
     *
     * @param name as for {@link #create}
     * @param windowBytes as for {@link #create}
     * @throws IOException when the disk fails, or a file is missing, cut short, not of this kind or of another version;
     *     then nothing was changed
     */
    public static PagedFile open(Disk disk, Path folder, String name, long windowBytes) throws IOException {
        Path path = folder.resolve(name);
        return open(disk, path, Disk.Access.WRITE, windowBytes, Recovery::onDisk);
    }

    /**
     * Opens the files of a folder to be read, as {@link #open} would leave them, without changing them: what the last
     * checkpoint did not finish is kept in memory. No checkpoint can be written.
     *
     * @param name as for {@link #create}
     * @param windowBytes as for {@link #create}
     * @throws IOException as {@link #open}
     */
    public static PagedFile openToRead(Disk disk, Path folder, String name, long windowBytes) throws IOException {
        return open(disk, folder.resolve(name), Disk.Access.READ, windowBytes, Recovery::inMemory);
    }

    private static PagedFile open(Disk disk, Path path, Disk.Access access, long windowBytes, Opener opener)
            throws IOException {
        MappedFile file = null;
        MappedFile checksums = null;
        DoubleWrite doubleWrite = null;
        try {
            long step = Math.min(STEP_BYTES, windowBytes);
            file = new MappedFile(existing(disk, path, access), windowBytes, step);
            checksums =
                    new MappedFile(existing(disk, checksums(path), access), windowBytes, Math.min(step, PAGE_BYTES));
            doubleWrite = new DoubleWrite(existing(disk, doubleWrite(path), access));
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

    private static DiskFile existing(Disk disk, Path path, Disk.Access access) throws IOException {
        try {
            return disk.open(path, access);
        } catch (NoSuchFileException e) {
            throw DamageException.unchanged(path + " is missing");
        }
    }

    private interface Opener {
        PagedFile open(Recovery recovery) throws IOException;
    }

    /** What opened files hold, before anything is done about it. */
    private static final class Recovery {
        private final Path path;
        private final MappedFile file;
        private final MappedFile checksums;
        private final DoubleWrite doubleWrite;
        private final ByteBuffer buffer;
        private final ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);

        /** That of the checkpoint there is, or of the one that is to be finished. */
        private final FileHeader header;

        /** The checkpoint that is to be finished, or null. */
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
                        path + " is " + (file.mappedBytes() == 0 ? "empty" : "cut short") + ": it has no header");
            }
            FileHeader present = header(file, path);
            DoubleWrite.Contents contents = doubleWrite.read(buffer);
            if (contents == null || (present != null && contents.sequence < present.sequence())) {
                if (present == null) {
                    throw DamageException.at(path, 0, "its header does not match its checksum");
                }
                checkLengths(path, file, checksums, present.pages());
                checkHeader(path, file, checksums);
                this.header = present;
                this.unfinished = null;
                return;
            }
            if (present != null && contents.sequence > present.sequence() + 1) {
                throw DamageException.unchanged(
                        doubleWrite(path) + " does not belong to " + path + ": it holds checkpoint " + contents.sequence
                                + " and the other is at checkpoint " + present.sequence());
            }
            checkLengths(path, file, checksums, contents.pagesBefore);
            FileHeader redone = FileHeader.decode(image(contents, 0).array(), path);
            if (redone == null || contents.numbers[0] != 0) {
                throw DamageException.at(doubleWrite(path), 0, "it does not begin with a header");
            }
            if (!contents.isOf(redone)) {
                throw DamageException.at(doubleWrite(path), 0, "its pages are not those of a file with its header");
            }
            this.header = redone;
            this.unfinished = contents;
        }

        private ByteBuffer image(DoubleWrite.Contents contents, int i) throws IOException {
            return doubleWrite.image(contents, i, page);
        }

        /** Finishes the checkpoint that is to be finished. */
        PagedFile onDisk() throws IOException {
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

        /** Has its pages be changed ones, which are not read from the file. */
        PagedFile inMemory() throws IOException {
            PageSet pages = new PageSet();
            if (unfinished == null) {
                return opened(header.pages(), pages);
            }
            for (int i = 0; i < unfinished.numbers.length; i++) {
                pages.add(unfinished.numbers[i], image(unfinished, i).array().clone());
            }
            return opened(unfinished.pagesBefore, pages);
        }

        private PagedFile opened(long pagesInFile, PageSet changed) throws IOException {
            file.forgetFrom(pagesInFile * PAGE_BYTES);
            checksums.forgetFrom(PageFormat.roundUp(pagesInFile * Integer.BYTES, PAGE_BYTES));
            return new PagedFile(this, pagesInFile, changed);
        }
    }

    private static @Nullable FileHeader header(MappedFile file, Path path) throws IOException {
        byte[] page = new byte[PAGE_BYTES];
        file.window(0).get(0, page);
        return FileHeader.decode(page, path);
    }

    /**
     * The header is the first page that a checkpoint writes to its place, and checksums come after all pages. Where they
     * differ and no double-write is whole, a checkpoint was cut off that can no longer be finished, or the files are of
     * different times.
     */
    private static void checkHeader(Path path, MappedFile file, MappedFile checksums) throws IOException {
        byte[] page = new byte[PAGE_BYTES];
        file.window(0).get(0, page);
        if (PageFormat.checksum(page) != checksums.window(0).getInt(0)) {
            throw DamageException.unchanged(path + " and " + checksums(path)
                    + " are not of the same checkpoint, and " + doubleWrite(path)
                    + " has none to make them whole");
        }
    }

    private static void checkLengths(Path path, MappedFile file, MappedFile checksums, long pages) throws IOException {
        checkLength(path, file, pages * PAGE_BYTES);
        checkLength(checksums(path), checksums, pages * Integer.BYTES);
    }

    private static void checkLength(Path path, MappedFile file, long needed) throws IOException {
        if (file.mappedBytes() < needed) {
            throw DamageException.unchanged(
                    path + " is cut short: it has " + file.mappedBytes() + " bytes of at least " + needed);
        }
    }

    /** The bytes from position 0 on that may be read and written. */
    public long length() {
        return (pages - 1) << PAGE_SHIFT;
    }

    /** Makes {@link #length} at least {@code bytes}, what is new being zeros. Takes no space yet. */
    public void ensureLength(long bytes) {
        pages = Math.max(pages, 1 + ((bytes + PAGE_MASK) >>> PAGE_SHIFT));
    }

    /** The revision that the last checkpoint was given that is complete; 0 when there was none. */
    public long revision() {
        return header.revision();
    }

    /**
     * How many bytes the pages take, with their checksums. The file of what a checkpoint writes first does not count: it is as
     * large as the largest checkpoint was, whatever there is in the table. Not beside {@link #close}.
     */
    public long fileBytes() throws IOException {
        return file.size() + checksums.size();
    }

    /** How many pages there are. */
    public long pages() {
        return pages;
    }

    /** How many of them are not in the file but in memory. */
    public int changedPages() {
        return changed.active.count();
    }

    /** How much memory the changed pages take. */
    public long dirtyBytes() {
        Changed now = changed;
        return ((long) now.active.count() + (now.frozen == null ? 0 : now.frozen.count())) << PAGE_SHIFT;
    }

    public byte getByte(long position) {
        long page = page(position, 1);
        byte[] bytes = changed(page);
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
        long page = page(position, Integer.BYTES);
        byte[] bytes = changed(page);
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
        long page = page(position, Long.BYTES);
        byte[] bytes = changed(page);
        if (bytes != null) {
            return (long) PageFormat.LONGS.get(bytes, at);
        }
        if (isHole(page)) {
            return 0;
        }
        long inFile = position + PAGE_BYTES;
        return file.window(inFile).getLong(file.index(inFile));
    }

    /** Copies {@code length} bytes from {@code position} on. */
    public void get(long position, byte[] into, int from, int length) {
        page(position, length);
        long at = position;
        int to = from;
        while (to < from + length) {
            int inPage = (int) at & PAGE_MASK;
            int n = Math.min(from + length - to, PAGE_BYTES - inPage);
            long page = 1 + (at >>> PAGE_SHIFT);
            byte[] bytes = changed(page);
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
        change(page(position, 1))[(int) position & PAGE_MASK] = value;
    }

    public void putInt(long position, int value) {
        int at = (int) position & PAGE_MASK;
        if (at <= PAGE_BYTES - Integer.BYTES) {
            PageFormat.INTS.set(change(page(position, Integer.BYTES)), at, value);
        } else {
            byte[] bytes = new byte[Integer.BYTES];
            PageFormat.INTS.set(bytes, 0, value);
            put(position, bytes, 0, bytes.length);
        }
    }

    public void putLong(long position, long value) {
        int at = (int) position & PAGE_MASK;
        if (at <= PAGE_BYTES - Long.BYTES) {
            PageFormat.LONGS.set(change(page(position, Long.BYTES)), at, value);
        } else {
            byte[] bytes = new byte[Long.BYTES];
            PageFormat.LONGS.set(bytes, 0, value);
            put(position, bytes, 0, bytes.length);
        }
    }

    /** Writes {@code length} bytes from {@code position} on. */
    public void put(long position, byte[] from, int start, int length) {
        page(position, length);
        long at = position;
        int done = 0;
        while (done < length) {
            int inPage = (int) at & PAGE_MASK;
            int n = Math.min(length - done, PAGE_BYTES - inPage);
            System.arraycopy(from, start + done, change(1 + (at >>> PAGE_SHIFT)), inPage, n);
            at += n;
            done += n;
        }
    }

    /** Writes zeros from {@code position} to {@code end}, exclusive. */
    public void clear(long position, long end) {
        page(position, Math.max(0, end - position));
        for (long at = position; at < end; ) {
            int inPage = (int) at & PAGE_MASK;
            int n = (int) Math.min(end - at, PAGE_BYTES - inPage);
            Arrays.fill(change(1 + (at >>> PAGE_SHIFT)), inPage, inPage + n, (byte) 0);
            at += n;
        }
    }

    /** The number of the page that holds {@code position}. */
    private long page(long position, long length) {
        if (position < 0 || length < 0 || position > length() - length) {
            throw new IndexOutOfBoundsException(
                    path + " has no " + length + " bytes at " + position + ": its length is " + length());
        }
        return 1 + (position >>> PAGE_SHIFT);
    }

    private byte @Nullable [] changed(long page) {
        Changed now = changed;
        byte[] bytes = now.active.get(page);
        return bytes != null || now.frozen == null ? bytes : now.frozen.get(page);
    }

    /** Whether a page that is not changed lies past the end of the file, and so is zeros; else it is right to read. */
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
     * A checkpoint may be writing this page while its bytes are summed up here: the caller saw that it is not among the
     * changed pages, and then it became one. But who makes a page a changed page first verifies what it copies, and sets
     * the bit; so the bit is set long before the page is written, and a mismatch with the bit unset is damage.
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

    /** Takes the numbers of pages. */
    @FunctionalInterface
    public interface PageVisitor {
        void page(long number, long offset);
    }

    /**
     * Reads every page that was there when the file was opened and was not changed since, and tells which are not what was
     * written. Not beside a checkpoint.
     *
     * @return how many were read
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
                if (changed(number) != null) {
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

    /** The page to write to: in the active set, copied there when it was not. */
    private byte[] change(long page) {
        Changed now = changed;
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
     * Takes all that was written so far for the next checkpoint, in constant time. The writing thread calls this.
     *
     * @param revision what {@link #revision} says once the checkpoint is complete
     * @throws IllegalStateException when the last checkpoint was not written, or failed
     */
    public Checkpoint freeze(long revision) {
        Changed now = changed;
        if (now.frozen != null) {
            throw new IllegalStateException("the last checkpoint is not complete");
        }
        FileHeader next = new FileHeader(header.sequence() + 1, revision, pages);
        now.active.add(0, next.encode());
        changed = new Changed(new PageSet(), now.active);
        return new Checkpoint(now.active, next);
    }

    /** What was frozen, to be written. */
    public final class Checkpoint {
        private final PageSet frozen;
        private final FileHeader next;

        private Checkpoint(PageSet frozen, FileHeader next) {
            this.frozen = frozen;
            this.next = next;
        }

        /** What it was given. */
        public long revision() {
            return next.revision();
        }

        /**
         * Makes it durable; when this returns, opening gives this state or a later one. May run beside readers and the
         * writer.
         *
         * @throws IOException when it failed: what was frozen can still be read, opening gives this state or that of the
         *     checkpoint before, and no other checkpoint can be taken
         */
        public void write() throws IOException {
            if (changed.frozen != frozen) {
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
            changed = new Changed(changed.active, null);
        }

        private byte[] bytes(long page) {
            return Objects.requireNonNull(frozen.get(page));
        }
    }

    /** Writes the pages to their places, neighbours together, and forces them. */
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

    /** Writes the checksums, those whose places are near each other together, and forces them. */
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
     * Cuts the files to nothing, so that their space is free at once, and closes them. Nobody may read or write any more,
     * not even who began to before: the mappings stand over nothing.
     */
    public void erase() throws IOException {
        try (this) {
            file.erase();
            checksums.erase();
            doubleWrite.erase();
        }
    }

    /** Releases the files without writing anything. Readers that are still there are safe. */
    @Override
    public void close() throws IOException {
        try (file;
                checksums) {
            doubleWrite.close();
        }
    }
}
