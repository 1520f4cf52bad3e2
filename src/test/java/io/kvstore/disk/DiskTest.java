package io.kvstore.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.Disk.Access;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of a disk and its files, tested on the simulated disk and the local one. */
abstract class DiskTest {

    private Disk disk;
    private Path folder;

    abstract Disk disk();

    /** Returns an existing empty folder. */
    abstract Path emptyFolder() throws IOException;

    @BeforeEach
    void open() throws IOException {
        disk = disk();
        folder = emptyFolder();
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    private static String read(DiskFile file, long position, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        int n = file.read(into, position);
        assertThat(into.position()).isEqualTo(n);
        return text(into.flip());
    }

    private Path write(String name, String contents) throws IOException {
        Path path = folder.resolve(name);
        try (DiskFile file = disk.open(path, Access.CREATE)) {
            file.write(text(contents), 0);
        }
        return path;
    }

    private String contents(Path path) throws IOException {
        try (DiskFile file = disk.open(path, Access.READ)) {
            return read(file, 0, (int) file.size());
        }
    }

    @Test
    void open_failsIfTheFileIsMissing() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> disk.open(missing, Access.READ)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open(missing, Access.WRITE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open(missing.resolve("below"), Access.CREATE))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void open_createsAndTruncates() throws IOException {
        Path path = write("a", "contents");
        assertThat(contents(path)).isEqualTo("contents");
        disk.open(path, Access.CREATE).close();
        assertThat(contents(path)).isEmpty();
    }

    @Test
    void open_forWritingKeepsTheContents() throws IOException {
        Path path = write("a", "contents");
        try (DiskFile file = disk.open(path, Access.WRITE)) {
            file.write(text("C"), 0);
        }
        assertThat(contents(path)).isEqualTo("Contents");
    }

    @Test
    void write_failsOnAReadOnlyHandle() throws IOException {
        try (DiskFile file = disk.open(write("a", "x"), Access.READ)) {
            assertThatThrownBy(() -> file.write(text("y"), 0)).isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> file.truncate(0)).isInstanceOf(NonWritableChannelException.class);
        }
    }

    @Test
    void write_consumesTheBufferAndGrowsTheFile() throws IOException {
        try (DiskFile file = disk.open(folder.resolve("a"), Access.CREATE)) {
            ByteBuffer from = text("-abc-");
            from.position(1).limit(4);
            file.write(from, 5000);
            assertThat(from.remaining()).isZero();
            assertThat(from.position()).isEqualTo(4);
            assertThat(file.size()).isEqualTo(5003);
            assertThat(read(file, 4998, 10)).isEqualTo("\0\0abc");
        }
    }

    @Test
    void read_fillsTheBufferUpToTheEndOfTheFile() throws IOException {
        try (DiskFile file = disk.open(write("a", "abcdef"), Access.READ)) {
            assertThat(read(file, 1, 3)).isEqualTo("bcd");
            assertThat(read(file, 4, 3)).isEqualTo("ef");
            assertThat(read(file, 6, 3)).isEmpty();
            assertThat(read(file, 1000, 3)).isEmpty();
            assertThat(read(file, 0, 0)).isEmpty();
        }
    }

    @Test
    void read_seesWritesOfAnotherHandle() throws IOException {
        Path path = write("a", "abc");
        try (DiskFile reader = disk.open(path, Access.READ);
                DiskFile writer = disk.open(path, Access.WRITE)) {
            writer.write(text("XY"), 2);
            assertThat(read(reader, 0, 9)).isEqualTo("abXY");
        }
    }

    @Test
    void truncate_shrinksAndNeverGrows() throws IOException {
        try (DiskFile file = disk.open(write("a", "abcdef"), Access.WRITE)) {
            file.truncate(9);
            assertThat(file.size()).isEqualTo(6);
            file.truncate(2);
            assertThat(read(file, 0, 9)).isEqualTo("ab");
            file.write(text("x"), 4);
            assertThat(read(file, 0, 9)).isEqualTo("ab\0\0x");
        }
    }

    @Test
    void map_showsTheGivenRange() throws IOException {
        try (DiskFile file = disk.open(write("a", "abcdef"), Access.READ)) {
            ByteBuffer map = file.map(2, 3);
            assertThat(map.isReadOnly()).isTrue();
            assertThat(map.position()).isZero();
            assertThat(text(map.duplicate())).isEqualTo("cde");
        }
    }

    @Test
    void map_isCoherentWithLaterWritesAndOutlivesTheHandle() throws IOException {
        long seed = 11;
        Random random = new Random(seed);
        byte[] model = new byte[300_000];
        DiskFile file = disk.open(folder.resolve("a"), Access.CREATE);
        file.write(ByteBuffer.wrap(model), 0);
        ByteBuffer map = file.map(65_536, 131_072);
        ByteBuffer overlapping = file.map(100_000, 200_000);
        ByteBuffer within = file.map(100_001, 50_000);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[random.nextInt(20_000)];
            random.nextBytes(bytes);
            int at = random.nextInt(model.length - bytes.length);
            System.arraycopy(bytes, 0, model, at, bytes.length);
            file.write(ByteBuffer.wrap(bytes), at);
            assertThat(map.equals(ByteBuffer.wrap(model, 65_536, 131_072))).isTrue();
        }
        file.write(ByteBuffer.wrap(new byte[1 << 20]), model.length);
        file.write(text("last"), 70_000);
        file.close();
        System.arraycopy("last".getBytes(StandardCharsets.ISO_8859_1), 0, model, 70_000, 4);
        assertThat(map).isEqualTo(ByteBuffer.wrap(model, 65_536, 131_072));
        assertThat(overlapping).isEqualTo(ByteBuffer.wrap(model, 100_000, 200_000));
        assertThat(within).isEqualTo(ByteBuffer.wrap(model, 100_001, 50_000));
        CRC32C crc = new CRC32C();
        crc.update(map.duplicate());
        CRC32C expected = new CRC32C();
        expected.update(model, 65_536, 131_072);
        assertThat(crc.getValue()).isEqualTo(expected.getValue());
    }

    @Test
    void map_isReadableByAnInterruptedThread() throws IOException {
        DiskFile file = disk.open(write("a", "abc"), Access.READ);
        ByteBuffer map = file.map(0, 3);
        Thread.currentThread().interrupt();
        try {
            assertThat(map.get(1)).isEqualTo((byte) 'b');
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(read(file, 0, 3)).isEqualTo("abc");
        file.close();
    }

    @Test
    void close_isFinalAndMayBeRepeated() throws IOException {
        DiskFile file = disk.open(write("a", "abc"), Access.WRITE);
        file.close();
        file.close();
        assertThatThrownBy(() -> file.write(text("x"), 0)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(file::size).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(file::force).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void exists_findsFilesAndFolders() throws IOException {
        assertThat(disk.exists(folder)).isTrue();
        assertThat(disk.exists(folder.resolve("a"))).isFalse();
        assertThat(disk.exists(folder.resolve("no").resolve("a"))).isFalse();
        assertThat(disk.exists(write("a", ""))).isTrue();
    }

    @Test
    void list_returnsTheEntriesOfAFolder() throws IOException {
        assertThat(disk.list(folder)).isEmpty();
        Path b = write("b", "");
        Path a = write("a", "");
        disk.createFolders(folder.resolve("inner"));
        assertThat(disk.list(folder)).containsExactlyInAnyOrder(a, b, folder.resolve("inner"));
        assertThatThrownBy(() -> disk.list(folder.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void createFolders_createsParents() throws IOException {
        Path deep = folder.resolve("x").resolve("y").resolve("z");
        disk.createFolders(deep);
        disk.createFolders(deep);
        assertThat(disk.list(folder.resolve("x").resolve("y"))).containsExactly(deep);
        assertThat(disk.list(deep)).isEmpty();
    }

    @Test
    void createFolders_failsIfTheNameIsAFile() throws IOException {
        Path file = write("a", "");
        assertThatThrownBy(() -> disk.createFolders(file)).isInstanceOf(IOException.class);
    }

    @Test
    void rename_replacesAndKeepsHandles() throws IOException {
        Path from = write("from", "new");
        Path to = write("to", "old");
        try (DiskFile renamed = disk.open(from, Access.WRITE);
                DiskFile replaced = disk.open(to, Access.READ)) {
            disk.rename(from, to);
            renamed.write(text("er"), 3);
            assertThat(contents(to)).isEqualTo("newer");
            assertThat(read(replaced, 0, 9)).isEqualTo("old");
        }
        assertThat(disk.exists(from)).isFalse();
        assertThat(disk.list(folder)).containsExactly(to);
    }

    @Test
    void rename_failsIfTheFileIsMissing() {
        assertThatThrownBy(() -> disk.rename(folder.resolve("from"), folder.resolve("to")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void delete_removesAFileAndKeepsHandles() throws IOException {
        Path path = write("a", "abc");
        try (DiskFile file = disk.open(path, Access.READ)) {
            disk.delete(path);
            assertThat(disk.exists(path)).isFalse();
            assertThat(read(file, 0, 9)).isEqualTo("abc");
        }
        disk.delete(path);
        assertThat(disk.list(folder)).isEmpty();
    }

    @Test
    void delete_ofAMissingFileDoesNothing() throws IOException {
        disk.delete(folder.resolve("missing"));
        assertThat(disk.list(folder)).isEmpty();
    }

    @Test
    void forceFolder_failsIfTheFolderIsMissing() throws IOException {
        disk.forceFolder(folder);
        assertThatThrownBy(() -> disk.forceFolder(folder.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void lock_excludesASecondCallerUntilClosed() throws IOException {
        Path path = folder.resolve("lock");
        try (Closeable lock = disk.lock(path)) {
            assertThat(lock).isNotNull();
            assertThat(disk.exists(path)).isTrue();
            assertThatThrownBy(() -> disk.lock(path)).isInstanceOf(OverlappingFileLockException.class);
        }
        assertThat(disk.exists(path)).isTrue();
        disk.lock(path).close();
    }

    @Test
    void lockShared_excludesAnExclusiveLock() throws IOException {
        Path path = folder.resolve("lock");
        assertThatThrownBy(() -> disk.lockShared(path)).isInstanceOf(NoSuchFileException.class);
        assertThat(disk.exists(path)).isFalse();
        try (Closeable lock = disk.lock(path)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> disk.lockShared(path)).isInstanceOf(OverlappingFileLockException.class);
        }
        try (Closeable shared = disk.lockShared(path)) {
            assertThat(shared).isNotNull();
            assertThatThrownBy(() -> disk.lock(path)).isInstanceOf(OverlappingFileLockException.class);
        }
        disk.lock(path).close();
    }

    @Test
    void file_agreesWithAModelUnderRandomOperations() throws IOException {
        long seed = 5;
        Random random = new Random(seed);
        byte[] model = new byte[50_000];
        int size = 0;
        try (DiskFile file = disk.open(folder.resolve("a"), Access.CREATE)) {
            for (int step = 0; step < 1_000; step++) {
                int at = random.nextInt(model.length);
                int length = Math.min(random.nextInt(6_000), model.length - at);
                int act = random.nextInt(8);
                if (act < 4) {
                    byte[] bytes = new byte[length];
                    random.nextBytes(bytes);
                    file.write(ByteBuffer.wrap(bytes), at);
                    System.arraycopy(bytes, 0, model, at, length);
                    size = length == 0 ? size : Math.max(size, at + length);
                } else if (act == 4 && at < size) {
                    file.truncate(at);
                    Arrays.fill(model, at, size, (byte) 0);
                    size = at;
                } else if (act == 5) {
                    file.force();
                } else {
                    ByteBuffer read = ByteBuffer.allocate(length);
                    int n = file.read(read, at);
                    assertThat(n)
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(Math.max(0, Math.min(length, size - at)));
                    assertThat(Arrays.copyOf(read.array(), n)).isEqualTo(Arrays.copyOfRange(model, at, at + n));
                }
                assertThat(file.size()).as("seed %d, step %d", seed, step).isEqualTo(size);
            }
        }
    }
}
