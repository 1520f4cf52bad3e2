package io.kvstore.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.LocalDisk;
import io.kvstore.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagedFileTest {

    private static final long WINDOW = 16 << 10;
    private static final int PAGE = 4096;

    private final SimulatedDisk disk = new SimulatedDisk();
    private final Path folder = Path.of("/data");

    @TempDir
    Path localFolder;

    @BeforeEach
    void createFolder() throws IOException {
        disk.createFolders(folder);
    }

    private PagedFile create() throws IOException {
        return PagedFile.create(disk, folder, "pages", WINDOW);
    }

    private PagedFile open() throws IOException {
        return PagedFile.open(disk, folder, "pages", WINDOW);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(PagedFile file, long position, int length) {
        byte[] into = new byte[length];
        file.get(position, into, 0, length);
        return new String(into, StandardCharsets.ISO_8859_1);
    }

    private static void put(PagedFile file, long position, String text) {
        file.ensureLength(position + text.length());
        file.put(position, bytes(text), 0, text.length());
    }

    @Test
    void create_isEmpty() throws IOException {
        PagedFile file = create();
        assertThat(file.length()).isZero();
        assertThat(file.revision()).isZero();
        assertThat(file.dirtyBytes()).isZero();
        assertThatThrownBy(() -> file.getByte(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void ensureLength_growsInPagesOfZeros() throws IOException {
        PagedFile file = create();
        file.ensureLength(1);
        assertThat(file.length()).isEqualTo(PAGE);
        file.ensureLength(PAGE);
        assertThat(file.length()).isEqualTo(PAGE);
        file.ensureLength(PAGE + 1);
        assertThat(file.length()).isEqualTo(2 * PAGE);
        file.ensureLength(1);
        assertThat(file.length()).isEqualTo(2 * PAGE);
        assertThat(file.getLong(PAGE)).isZero();
        assertThat(file.getInt(PAGE - 2)).isZero();
        assertThat(text(file, PAGE - 2, 4)).isEqualTo("\0\0\0\0");
        assertThat(file.dirtyBytes()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0", "8", "4088", "4089", "4095", "4096", "5000", "8184"})
    void numbers_areBigEndianAcrossPages(long position) throws IOException {
        PagedFile file = create();
        file.ensureLength(3 * PAGE);
        file.putLong(position, 0x0102030405060708L);
        for (int reopened = 0; reopened < 2; reopened++) {
            assertThat(file.getLong(position)).isEqualTo(0x0102030405060708L);
            assertThat(file.getInt(position)).isEqualTo(0x01020304);
            assertThat(file.getInt(position + 4)).isEqualTo(0x05060708);
            assertThat(file.getByte(position)).isEqualTo((byte) 1);
            assertThat(file.getByte(position + 7)).isEqualTo((byte) 8);
            if (reopened == 0) {
                file.putInt(position + 2, 0x03040506);
                file.putByte(position + 7, (byte) 8);
                file.freeze(1).write();
                file.close();
                file = open();
            }
        }
    }

    @Test
    void access_outsideTheLengthFails() throws IOException {
        PagedFile file = create();
        file.ensureLength(PAGE);
        byte[] two = new byte[2];
        assertThat(file.getByte(PAGE - 1)).isZero();
        assertThatThrownBy(() -> file.getByte(PAGE)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> file.getByte(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> file.getInt(PAGE - 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> file.getLong(PAGE - 7)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> file.get(PAGE - 1, two, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> file.putLong(PAGE - 7, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> file.put(PAGE - 1, two, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> file.clear(PAGE - 1, PAGE + 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> file.getLong(Long.MAX_VALUE)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void put_changesTheFilesOnlyWithACheckpoint() throws IOException {
        PagedFile file = create();
        put(file, 10, "one");
        long changes = disk.operations(SimulatedDisk.Operation.CHANGES);
        file.freeze(1);
        put(file, 10, "two");
        assertThat(disk.operations(SimulatedDisk.Operation.CHANGES)).isEqualTo(changes);
        file.close();
        assertThat(open().length()).isZero();
    }

    @Test
    void freeze_includesEarlierChangesAndNoLaterOnes() throws IOException {
        PagedFile file = create();
        put(file, 10, "one");
        PagedFile.Checkpoint checkpoint = file.freeze(7);
        put(file, 10, "two");
        put(file, 3 * PAGE, "more");
        assertThat(text(file, 10, 3)).isEqualTo("two");
        assertThat(file.revision()).isZero();
        checkpoint.write();
        assertThat(checkpoint.revision()).isEqualTo(7);
        assertThat(file.revision()).isEqualTo(7);
        assertThat(text(file, 10, 3)).isEqualTo("two");
        assertThat(file.dirtyBytes()).isEqualTo(2 * PAGE);
        PagedFile reopened = PagedFile.open(disk.copy(), folder, "pages", WINDOW);
        assertThat(reopened.length()).isEqualTo(PAGE);
        assertThat(reopened.revision()).isEqualTo(7);
        assertThat(text(reopened, 10, 3)).isEqualTo("one");
        file.freeze(8).write();
        assertThat(file.dirtyBytes()).isZero();
        assertThat(text(open(), 10, 3)).isEqualTo("two");
    }

    @Test
    void freeze_failsWhileACheckpointIsIncomplete() throws IOException {
        PagedFile file = create();
        put(file, 0, "x");
        PagedFile.Checkpoint first = file.freeze(1);
        assertThatThrownBy(() -> file.freeze(2)).isInstanceOf(IllegalStateException.class);
        first.write();
        assertThatThrownBy(first::write).isInstanceOf(IllegalStateException.class);
        PagedFile.Checkpoint second = file.freeze(2);
        assertThatThrownBy(first::write).isInstanceOf(IllegalStateException.class);
        second.write();
        assertThat(file.revision()).isEqualTo(2);
    }

    @Test
    void dirtyBytes_countsChangedPagesOnce() throws IOException {
        PagedFile file = create();
        put(file, 0, "x");
        put(file, 100, "y");
        assertThat(file.dirtyBytes()).isEqualTo(PAGE);
        put(file, PAGE - 1, "zz");
        assertThat(file.dirtyBytes()).isEqualTo(2 * PAGE);
        PagedFile.Checkpoint checkpoint = file.freeze(1);
        put(file, 0, "x");
        assertThat(file.dirtyBytes()).isEqualTo(4 * PAGE); // including the header and the page that changed again
        checkpoint.write();
        assertThat(file.dirtyBytes()).isEqualTo(PAGE);
    }

    @Test
    void write_keepsPagesThatWereNeverWrittenZero() throws IOException {
        PagedFile file = create();
        file.ensureLength(100 * PAGE);
        file.putByte(70 * PAGE, (byte) 7);
        file.freeze(1).write();
        file.close();
        PagedFile reopened = open();
        for (int page = 0; page < 100; page++) {
            assertThat(reopened.getByte((long) page * PAGE)).isEqualTo((byte) (page == 70 ? 7 : 0));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "2, 8192", "3, 65536", "4, 1048576"})
    void file_agreesWithAModel(long seed, long window) throws IOException {
        Disk local = new LocalDisk();
        Random random = new Random(seed);
        byte[] model = new byte[300 * PAGE];
        int length = 0;
        byte[] saved = model.clone();
        int savedLength = 0;
        PagedFile file = PagedFile.create(local, localFolder, "pages", window);
        PagedFile.Checkpoint checkpoint = null;
        for (int step = 0; step < 3_000; step++) {
            String where = "seed " + seed + " step " + step;
            switch (random.nextInt(20)) {
                case 0 -> {
                    file.ensureLength(Math.min(model.length, length + random.nextInt(20 * PAGE)));
                    length = (int) file.length();
                }
                case 1 -> {
                    if (checkpoint == null) {
                        checkpoint = file.freeze(step);
                        saved = model.clone();
                        savedLength = length;
                    }
                }
                case 2 -> {
                    if (checkpoint != null) {
                        checkpoint.write();
                        assertThat(file.revision()).isEqualTo(checkpoint.revision());
                        checkpoint = null;
                    }
                }
                case 3 -> {
                    if (checkpoint == null && random.nextInt(5) == 0) {
                        file.close();
                        file = PagedFile.open(local, localFolder, "pages", window);
                        model = saved.clone();
                        length = savedLength;
                        assertThat(file.length()).as(where).isEqualTo(length);
                    }
                }
                case 4 -> {
                    int at = random.nextInt(length + 1);
                    int end = Math.min(length, at + random.nextInt(3 * PAGE));
                    file.clear(at, end);
                    Arrays.fill(model, at, end, (byte) 0);
                }
                case 5, 6, 7, 8, 9 -> {
                    int at = random.nextInt(length + 1);
                    byte[] bytes = new byte[Math.min(length - at, random.nextInt(2 * PAGE))];
                    random.nextBytes(bytes);
                    file.put(at, bytes, 0, bytes.length);
                    System.arraycopy(bytes, 0, model, at, bytes.length);
                }
                case 10, 11, 12 -> {
                    if (length >= 8) {
                        int at = random.nextInt(length - 7);
                        long value = random.nextLong();
                        file.putLong(at, value);
                        ByteBuffer.wrap(model).putLong(at, value);
                        at = random.nextInt(length - 7);
                        file.putInt(at, (int) value);
                        ByteBuffer.wrap(model).putInt(at, (int) value);
                    }
                }
                default -> {
                    if (length >= 8) {
                        int at = random.nextInt(length - 7);
                        assertThat(file.getLong(at))
                                .as(where)
                                .isEqualTo(ByteBuffer.wrap(model).getLong(at));
                        assertThat(file.getInt(at))
                                .as(where)
                                .isEqualTo(ByteBuffer.wrap(model).getInt(at));
                        assertThat(file.getByte(at)).as(where).isEqualTo(model[at]);
                        int end = at + random.nextInt(Math.min(length - at, 3 * PAGE));
                        byte[] read = new byte[end - at + 2];
                        file.get(at, read, 1, end - at);
                        assertThat(Arrays.copyOfRange(read, 1, 1 + end - at))
                                .as(where)
                                .isEqualTo(Arrays.copyOfRange(model, at, end));
                    }
                }
            }
        }
        file.close();
    }

    /**
     * Readers that lock what they read, as the users of the file do, run concurrently with a writer and its
     * checkpoints.
     */
    @Test
    void get_seesTheLastWriteDuringCheckpoints() throws Exception {
        int slots = 2_000;
        int spacing = 1_000;
        PagedFile file = PagedFile.create(new LocalDisk(), localFolder, "pages", 1 << 20);
        file.ensureLength((long) slots * spacing + 8);
        file.freeze(0).write();
        file.close();
        PagedFile shared = PagedFile.open(new LocalDisk(), localFolder, "pages", 1 << 20);
        List<ReentrantReadWriteLock> locks = IntStream.range(0, slots)
                .mapToObj(i -> new ReentrantReadWriteLock())
                .toList();
        AtomicLongArray written = new AtomicLongArray(slots);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < 3; t++) {
            Random random = new Random(t);
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 100_000 && failure.get() == null; i++) {
                    int slot = random.nextInt(slots);
                    locks.get(slot).readLock().lock();
                    try {
                        assertThat(shared.getLong((long) slot * spacing)).isEqualTo(written.get(slot));
                    } finally {
                        locks.get(slot).readLock().unlock();
                    }
                }
            });
        }
        AtomicReference<PagedFile.Checkpoint> toWrite = new AtomicReference<>();
        AtomicReference<Boolean> done = new AtomicReference<>(false);
        threads[3] = new Thread(() -> {
            while (!done.get() && failure.get() == null) {
                PagedFile.Checkpoint checkpoint = toWrite.getAndSet(null);
                if (checkpoint == null) {
                    Thread.onSpinWait();
                    continue;
                }
                try {
                    checkpoint.write();
                } catch (IOException e) {
                    failure.set(e);
                }
            }
        });
        for (Thread thread : threads) {
            thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
            thread.start();
        }
        Random random = new Random(99);
        long revision = 0;
        for (int i = 0; i < 200_000 && failure.get() == null; i++) {
            int slot = random.nextInt(slots);
            locks.get(slot).writeLock().lock();
            try {
                shared.putLong((long) slot * spacing, i);
                written.set(slot, i);
            } finally {
                locks.get(slot).writeLock().unlock();
            }
            if (i % 1_000 == 0 && shared.revision() == revision) {
                toWrite.set(shared.freeze(++revision));
            }
        }
        for (int t = 0; t < 3; t++) {
            threads[t].join();
        }
        done.set(true);
        threads[3].join();
        assertThat(failure.get()).isNull();
        assertThat(revision).isPositive();
        shared.close();
    }

    /**
     * Creates files with three checkpoints, and optionally a complete double-write that was not wiped; returns the
     * contents.
     */
    private byte[] fill(boolean leaveDoubleWrite) throws IOException {
        PagedFile file = create();
        Random random = new Random(5);
        byte[] contents = new byte[20 * PAGE];
        for (int round = 1; round <= 3; round++) {
            for (int i = 0; i < 6; i++) {
                byte[] bytes = new byte[100 + random.nextInt(PAGE)];
                random.nextBytes(bytes);
                int at = random.nextInt(contents.length - bytes.length);
                file.ensureLength(contents.length);
                file.put(at, bytes, 0, bytes.length);
                System.arraycopy(bytes, 0, contents, at, bytes.length);
            }
            file.freeze(round).write();
        }
        if (leaveDoubleWrite) {
            try (DiskFile doubleWrite = disk.open(folder.resolve("pages.dw"), Disk.Access.WRITE)) {
                doubleWrite.write(ByteBuffer.wrap(bytes("KVDWRITE")), 0);
                doubleWrite.force();
            }
        }
        file.close();
        return contents;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void open_withAFlippedBitGivesTheContentsOrAnError(boolean leaveDoubleWrite) throws IOException {
        byte[] contents = fill(leaveDoubleWrite);
        Random random = new Random(8);
        int damaged = 0;
        for (String name : List.of("pages", "pages.crc", "pages.dw")) {
            Path path = folder.resolve(name);
            long size;
            try (DiskFile file = disk.open(path, Disk.Access.READ)) {
                size = file.size();
            }
            for (long at = 0; at < size; at += at < 64 ? 1 : 1 + random.nextInt(300)) {
                int bit = random.nextInt(8);
                SimulatedDisk flipped = disk.copy();
                flip(flipped, path, at, bit);
                String where = "bit " + bit + " of byte " + at + " of " + name;
                try {
                    PagedFile file = PagedFile.open(flipped, folder, "pages", WINDOW);
                    byte[] read = new byte[contents.length];
                    file.get(0, read, 0, read.length);
                    assertThat(read).as(where).isEqualTo(contents);
                    assertThat(file.revision()).as(where).isEqualTo(3);
                } catch (IOException | DamagedPageException e) {
                    damaged++;
                    assertThat(e.getMessage()).as(where).containsIgnoringCase("restore the folder from a backup");
                }
            }
        }
        assertThat(damaged).isGreaterThan(100);
    }

    private static void flip(Disk disk, Path path, long at, int bit) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Access.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, at);
            one.put(0, (byte) (one.get(0) ^ (1 << bit)));
            file.write(one.flip(), at);
        }
    }

    @Test
    void get_ofADamagedPageNamesFileAndOffset() throws IOException {
        fill(false);
        flip(disk, folder.resolve("pages"), 3 * PAGE + 50, 3);
        PagedFile file = open();
        file.getByte(PAGE);
        assertThatThrownBy(() -> file.getByte(2 * PAGE))
                .isInstanceOf(DamagedPageException.class)
                .hasMessageContaining("/data/pages")
                .hasMessageContaining("page 3")
                .hasMessageContaining("offset 12288")
                .hasMessageContaining("backup");
        assertThatThrownBy(() -> file.putByte(2 * PAGE, (byte) 1)).isInstanceOf(DamagedPageException.class);
        assertThatThrownBy(() -> file.getByte(2 * PAGE)).isInstanceOf(DamagedPageException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pages", "pages.crc"})
    void open_ofATruncatedFileFails(String name) throws IOException {
        byte[] contents = fill(false);
        Path path = folder.resolve(name);
        long size;
        try (DiskFile file = disk.open(path, Disk.Access.READ)) {
            size = file.size();
        }
        for (long cut : new long[] {0, 1, 100, PAGE, PAGE + 1, size / 2, 21 * PAGE, size - 1}) {
            SimulatedDisk copy = disk.copy();
            try (DiskFile file = copy.open(path, Disk.Access.WRITE)) {
                file.truncate(cut);
            }
            boolean whole = cut >= (name.equals("pages") ? 21L * PAGE : PAGE);
            if (whole) {
                byte[] read = new byte[contents.length];
                PagedFile.open(copy, folder, "pages", WINDOW).get(0, read, 0, read.length);
                assertThat(read).isEqualTo(contents);
            } else {
                assertThatThrownBy(() -> PagedFile.open(copy, folder, "pages", WINDOW))
                        .as(name + " cut to " + cut)
                        .isInstanceOf(IOException.class)
                        .hasMessageMatching(".*(is truncated|is empty).*backup.*");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pages", "pages.crc", "pages.dw"})
    void open_withoutOneOfTheFilesFails(String name) throws IOException {
        fill(false);
        disk.delete(folder.resolve(name));
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining(name);
    }

    @Test
    void open_ofAnotherVersionReportsTheVersion() throws IOException {
        fill(false);
        byte[] header = new FileHeader(3, 3, 21).encode();
        ByteBuffer.wrap(header).putInt(8, 2);
        ByteBuffer.wrap(header).putInt(PAGE - 4, PageFormat.crc(ByteBuffer.wrap(header, 0, PAGE - 4)));
        try (DiskFile file = disk.open(folder.resolve("pages"), Disk.Access.WRITE)) {
            file.write(ByteBuffer.wrap(header), 0);
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has format 2")
                .hasMessageContaining("reads format 1");
    }

    @Test
    void open_rejectsADoubleWriteOfAnotherCheckpoint() throws IOException {
        fill(true);
        SimulatedDisk old = disk.copy();
        PagedFile file = open();
        file.putByte(0, (byte) 1);
        file.freeze(4).write();
        file.putByte(0, (byte) 2);
        file.freeze(5).write();
        try (DiskFile from = disk.open(folder.resolve("pages.dw"), Disk.Access.READ);
                DiskFile to = old.open(folder.resolve("pages.dw"), Disk.Access.CREATE)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) from.size());
            from.read(bytes, 0);
            to.write(bytes.flip().put(0, bytes("KVDWRITE")), 0);
        }
        assertThatThrownBy(() -> PagedFile.open(old, folder, "pages", WINDOW))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not belong to");
    }

    @Test
    void write_toAFullDiskFailsAndKeepsTheContents() throws IOException {
        PagedFile file = create();
        put(file, 0, "one");
        file.freeze(1).write();
        long used = disk.spaceUsed();
        for (int spare = 0; spare < 60; spare += 3) {
            SimulatedDisk full = disk.copy();
            full.limitSpace(used + (long) spare * PAGE);
            PagedFile filled = PagedFile.open(full, folder, "pages", WINDOW);
            put(filled, 0, "two");
            for (int page = 1; page < 20; page++) {
                put(filled, (long) page * PAGE, "more");
            }
            PagedFile.Checkpoint checkpoint = filled.freeze(2);
            try {
                checkpoint.write();
                assertThat(spare).isGreaterThan(20);
            } catch (IOException e) {
                assertThat(full.full()).isTrue();
                assertThatThrownBy(() -> filled.freeze(3)).isInstanceOf(IllegalStateException.class);
            }
            assertThat(text(filled, 0, 3)).isEqualTo("two");
            assertThat(text(filled, 19 * PAGE, 4)).isEqualTo("more");
            filled.close();
            full.heal();
            PagedFile reopened = PagedFile.open(full, folder, "pages", WINDOW);
            assertThat(text(reopened, 0, 3)).isEqualTo(reopened.revision() == 1 ? "one" : "two");
            put(reopened, 0, "new");
            reopened.freeze(3).write();
            reopened.close();
            assertThat(text(PagedFile.open(full, folder, "pages", WINDOW), 0, 3))
                    .isEqualTo("new");
        }
    }
}
