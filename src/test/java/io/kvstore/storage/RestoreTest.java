package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.SimulatedCrash;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.journal.SnapshotWriter;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.EntryPage;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Restoring into a folder when the snapshot is damaged, or when the process dies during the restore. */
@Tag("contract")
@Timeout(120)
@ParameterizedClass
@EnumSource(StorageMode.class)
class RestoreTest {

    private static final Path FOLDER = Path.of("/data/store");
    private static final Path FILE = Path.of("/backups/kvstore.snapshot");
    private static final long REVISION = 13;
    private static final Map<String, String> ENTRIES =
            new TreeMap<>(Map.of("a", "1:first", "b", "changed", "d", "", "e", "new", "f", "2:last"));

    private final StorageMode mode;
    private final SimulatedDisk disk = new SimulatedDisk();
    private byte[] snapshot;

    RestoreTest(StorageMode mode) {
        this.mode = mode;
    }

    /** Rows, commits, and again rows and commits, as of a store that changed while the snapshot was written. */
    private static byte[] snapshot(long rows) throws IOException {
        SnapshotCodec<String, String> codec = new SnapshotCodec<>(TestCodecs.FORMAT);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (SnapshotWriter out = new SnapshotWriter(bytes, 10)) {
            codec.writePage(page(10, Map.of("a", "1:first", "b", "old", "c", "3:deleted", "d", "")), out);
            codec.writeCommits(
                    List.of(
                            new Commit<>(11, List.of(put("b", "changed"), put("e", "early"))),
                            new Commit<>(12, List.of(new Commit.Effect<>("c", null, 1)))),
                    out);
            codec.writePage(page(12, Map.of("e", "early", "f", "2:last")), out);
            codec.writeCommits(List.of(new Commit<>(13, List.of(put("e", "new")))), out);
            out.end(REVISION, rows);
        }
        return bytes.toByteArray();
    }

    private static EntryPage<String, String> page(long revision, Map<String, String> entries) {
        return new EntryPage<>(revision, 0, List.copyOf(new TreeMap<>(entries).entrySet()), true);
    }

    private static Commit.Effect<String, String> put(String key, String value) {
        return new Commit.Effect<>(key, value, 0);
    }

    @BeforeEach
    void write() throws IOException {
        disk.createFolders(FILE.getParent());
        snapshot = snapshot(ENTRIES.size());
        give(snapshot);
    }

    private void give(byte[] bytes) throws IOException {
        try (DiskFile file = disk.open(FILE, Disk.Access.CREATE)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.force();
        }
        disk.forceFolder(FILE.getParent());
    }

    private StoreOptions<String, String> options(Disk on) {
        return TestCodecs.options()
                .mode(mode, mode == StorageMode.MEMORY ? null : FOLDER)
                .disk(on);
    }

    private CommitStore<String, String> restore(Disk on) {
        return Stores.open(options(on).restore(FILE));
    }

    private static void checkWhole(CommitStore<String, String> store) {
        Map<String, String> entries = new TreeMap<>();
        store.entries().forEachRemaining(entry -> entries.put(entry.getKey(), entry.getValue()));
        assertThat(entries).isEqualTo(ENTRIES);
        assertThat(store.revision()).isEqualTo(REVISION);
        assertThat(store.keysUpTo(9, 9)).containsExactly("a", "f");
    }

    /** Checks that opening fails, and that the folder is not even created. */
    private StoreException refused(String what) throws IOException {
        Throwable refusal = catchThrowable(() -> restore(disk));
        assertThat(refusal).as(what).isInstanceOf(StoreException.class).hasMessageStartingWith(FILE.toString());
        assertThat(disk.exists(FOLDER)).as(what).isFalse();
        return (StoreException) refusal;
    }

    @Test
    void restore_producesTheStateAtTheEnd() {
        try (CommitStore<String, String> store = restore(disk)) {
            checkWhole(store);
        }
    }

    @Test
    void flippedBit_isFoundInEveryByte() throws IOException {
        for (int at = 0; at < snapshot.length; at++) {
            byte[] damaged = snapshot.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            give(damaged);
            assertThat(refused("byte " + at))
                    .as("byte " + at)
                    .isInstanceOf(StoreException.Damaged.class)
                    .hasMessageContaining(" is damaged at offset ")
                    .hasMessageContaining("nothing was restored");
        }
        give(snapshot);
        restore(disk).close();
    }

    @Test
    void truncation_isFoundAtEveryLength() throws IOException {
        for (int size = 0; size < snapshot.length; size++) {
            give(Arrays.copyOf(snapshot, size));
            assertThat(refused("cut to " + size))
                    .as("cut to " + size)
                    .isInstanceOf(StoreException.Damaged.class)
                    .hasMessageContaining("the snapshot is incomplete");
        }
        give(Arrays.copyOf(snapshot, snapshot.length + 1));
        assertThat(refused("longer")).hasMessageContaining("unexpected data after the end");
        give(snapshot);
        restore(disk).close();
    }

    @Test
    void missingFile_isRefused() throws IOException {
        disk.delete(FILE);
        assertThat(refused("missing"))
                .isInstanceOf(StoreException.CannotOpen.class)
                .hasMessageContaining("the file does not exist");
    }

    @Test
    void otherFile_isRefused() throws IOException {
        give("kvstore data folder\nversion 1\nlayout pages\nstate ready\n".getBytes(StandardCharsets.UTF_8));
        assertThat(refused("text"))
                .isInstanceOf(StoreException.Damaged.class)
                .hasMessageContaining("offset 0")
                .hasMessageContaining("not a snapshot");
    }

    @Test
    void newerFormat_isRefused() throws IOException {
        ByteBuffer newer = ByteBuffer.wrap(snapshot.clone()).putInt(8, 2);
        CRC32C crc = new CRC32C();
        crc.update(newer.array(), 0, 24);
        give(newer.putInt(24, (int) crc.getValue()).array());
        assertThat(refused("version 2"))
                .isInstanceOf(StoreException.CannotOpen.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("newer version");
    }

    @Test
    void missingCommit_isFound() throws IOException {
        SnapshotCodec<String, String> codec = new SnapshotCodec<>(TestCodecs.FORMAT);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (SnapshotWriter out = new SnapshotWriter(bytes, 10)) {
            codec.writeCommits(List.of(new Commit<>(12, List.of(put("a", "1")))), out);
            out.end(12, 1);
        }
        give(bytes.toByteArray());
        assertThat(refused("gap")).hasMessageContaining("revision 11 is missing");
        bytes.reset();
        try (SnapshotWriter out = new SnapshotWriter(bytes, 10)) {
            out.end(12, 0);
        }
        give(bytes.toByteArray());
        assertThat(refused("no commits")).hasMessageContaining("reach only revision 10");
    }

    @Test
    void wrongCount_isFoundDuringRestoreAndLeavesNoStore() throws IOException {
        give(snapshot(ENTRIES.size() + 1));
        assertThatThrownBy(() -> restore(disk))
                .isInstanceOf(StoreException.Damaged.class)
                .hasMessageContaining("6 entries, but contains 5");
        give(snapshot);
        try (CommitStore<String, String> store = restore(disk)) {
            checkWhole(store);
        }
    }

    @Test
    void folderWithAStore_isRefusedAndUnchanged() throws IOException {
        Assumptions.assumeTrue(mode != StorageMode.MEMORY);
        try (CommitStore<String, String> store = Stores.open(options(disk))) {
            store.put("mine", "kept");
        }
        long changes = disk.operations(SimulatedDisk.Operation.CHANGES);
        for (int round = 0; round < 2; round++) {
            assertThatThrownBy(() -> restore(disk))
                    .isInstanceOf(StoreException.CannotOpen.class)
                    .hasMessageStartingWith(FOLDER + " already has a store")
                    .hasMessageContaining("without --restore");
            give(new byte[] {1}); // the folder is checked before the snapshot is read
        }
        assertThat(disk.operations(SimulatedDisk.Operation.CHANGES) - changes)
                .as("changes of the disk, except for the snapshot")
                .isEqualTo(2 * 4);
        try (CommitStore<String, String> store = Stores.open(options(disk))) {
            assertThat(store.get("mine")).isEqualTo("kept");
        }
    }

    @Test
    void interruptedRestore_isNeverOpenedAsAStore() throws IOException {
        Assumptions.assumeTrue(mode != StorageMode.MEMORY);
        int refusals = 0;
        for (long n = 1; ; n++) {
            SimulatedDisk dying = disk.copy();
            dying.crashAt(n);
            try {
                restore(dying).close();
                break;
            } catch (SimulatedCrash e) {
                assertThat(dying.crashed()).isTrue();
            }
            refusals += examine("crash before change " + n, dying.afterKill());
            for (SimulatedDisk outcome : dying.afterPowerCut(n, 5)) {
                refusals += examine("power cut before change " + n + ", " + outcome, outcome);
            }
        }
        assertThat(refusals).as("disks with half a store").isGreaterThan(10);
    }

    /** @return 1 if the folder is refused without a snapshot, else 0 */
    private int examine(String what, SimulatedDisk left) throws IOException {
        Throwable refusal = catchThrowable(() -> {
            try (CommitStore<String, String> store = Stores.open(options(left.copy()))) {
                if (store.revision() == 0) {
                    assertThat(left.exists(FOLDER.resolve("FORMAT"))).as(what).isFalse();
                    assertThat(store.size()).as(what).isZero();
                } else {
                    checkWhole(store);
                }
            }
        });
        if (refusal != null) {
            assertThat(refusal)
                    .as(what)
                    .isInstanceOf(StoreException.CannotOpen.class)
                    .hasMessageContaining("start with --restore again");
        }
        SimulatedDisk again = left.copy();
        try (CommitStore<String, String> store = restore(again)) {
            checkWhole(store);
        } catch (StoreException.CannotOpen e) {
            assertThat(e).as(what).hasMessageContaining("already has a store");
            assertThat(refusal).as(what).isNull();
        }
        return refusal == null ? 0 : 1;
    }
}
