package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.store.CommitStore;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Folders of another mode, of a newer program, or of no store: each is refused with a clear error, and left unchanged.
 */
class DataFolderTest {

    private static final Path FOLDER = Path.of("/data");

    private static final Set<SimulatedDisk.Operation> WRITING = EnumSet.of(
            SimulatedDisk.Operation.WRITE,
            SimulatedDisk.Operation.TRUNCATE,
            SimulatedDisk.Operation.RENAME,
            SimulatedDisk.Operation.DELETE);

    private final SimulatedDisk disk = new SimulatedDisk();

    private CommitStore<String, String> open(StorageMode mode) {
        return Stores.open(TestCodecs.options().disk(disk).mode(mode, FOLDER));
    }

    private void create(StorageMode mode) {
        try (CommitStore<String, String> store = open(mode)) {
            store.put("a", "1");
        }
    }

    private void assertRefused(StorageMode mode, String... words) {
        long changes = disk.operations(WRITING);
        assertThatThrownBy(() -> open(mode).close())
                .isInstanceOf(StoreException.CannotOpen.class)
                .hasMessageContainingAll(words);
        assertThat(disk.operations(WRITING)).as("writes to the folder").isEqualTo(changes);
    }

    private byte[] read(Path file) throws IOException {
        try (DiskFile in = disk.open(file, Disk.Access.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) in.size());
            in.read(bytes, 0);
            return bytes.array();
        }
    }

    private void write(Path file, byte[] bytes) throws IOException {
        try (DiskFile out = disk.open(file, Disk.Access.WRITE)) {
            out.write(ByteBuffer.wrap(bytes), 0);
            out.truncate(bytes.length);
        }
    }

    @ParameterizedTest
    @CsvSource({"PERSISTENT, LOGGED", "CACHED, LOGGED", "LOGGED, PERSISTENT", "LOGGED, CACHED"})
    void open_ofAnotherModesFolderIsRefused(StorageMode made, StorageMode wanted) {
        create(made);
        assertRefused(wanted, FOLDER.toString(), "belongs to", made.label());
        try (CommitStore<String, String> store = open(made)) {
            assertThat(store.get("a")).isEqualTo("1");
        }
    }

    @Test
    void persistentAndCached_openTheSameFolderInTurn() {
        create(StorageMode.PERSISTENT);
        try (CommitStore<String, String> store = open(StorageMode.CACHED)) {
            assertThat(store.get("a")).isEqualTo("1");
            store.put("b", "2");
        }
        try (CommitStore<String, String> store = open(StorageMode.PERSISTENT)) {
            assertThat(store.get("b")).isEqualTo("2");
            assertThat(store.revision()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(value = StorageMode.class, names = "MEMORY", mode = EnumSource.Mode.EXCLUDE)
    void open_ofANewerFolderIsRefused(StorageMode mode) throws IOException {
        create(mode);
        Path format = FOLDER.resolve("FORMAT");
        String text = new String(read(format), StandardCharsets.UTF_8);
        assertThat(text).contains("version ");
        write(format, text.replaceFirst("version \\d+", "version 99").getBytes(StandardCharsets.UTF_8));
        assertRefused(mode, format.toString(), "99", "newer version");
    }

    /** Journal files and snapshots have magic (8), version (4), and a checksum at the end of their header. */
    @ParameterizedTest
    @CsvSource({"PERSISTENT, journal-, 64", "LOGGED, journal-, 64", "LOGGED, snapshot-, 28"})
    void open_ofANewerFileIsRefused(StorageMode mode, String name, int headerBytes) throws IOException {
        create(mode);
        Path file = disk.list(FOLDER).stream()
                .filter(each -> String.valueOf(each.getFileName()).startsWith(name))
                .max(Path::compareTo)
                .orElseThrow();
        byte[] bytes = read(file);
        ByteBuffer.wrap(bytes).putInt(8, 99);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, headerBytes - Integer.BYTES);
        ByteBuffer.wrap(bytes).putInt(headerBytes - Integer.BYTES, (int) crc.getValue());
        write(file, bytes);
        assertRefused(mode, file.toString(), "99", "newer version");
    }

    @Test
    void open_ofAForeignFolderIsRefused() throws IOException {
        disk.createFolders(FOLDER);
        disk.open(FOLDER.resolve("letter.txt"), Disk.Access.CREATE).close();
        assertRefused(StorageMode.PERSISTENT, FOLDER.toString(), "letter.txt", "choose a new or an empty folder");
    }

    @Test
    void open_ofAFolderInUseIsRefused() {
        try (CommitStore<String, String> store = open(StorageMode.PERSISTENT)) {
            assertRefused(StorageMode.CACHED, FOLDER.toString(), "in use");
            assertThat(store.put("a", "1")).isNull();
        }
    }
}
