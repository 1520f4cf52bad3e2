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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The findings of a check of undamaged folders, which it does not change. {@link DamagedFilesTest} checks damaged
 * folders, and {@link CrashExplorer} folders after a crash.
 */
class StoreCheckTest {

    private static final Path FOLDER = Path.of("/data");

    private final SimulatedDisk disk = new SimulatedDisk();

    private CommitStore<String, String> open(StorageMode mode) {
        return Stores.open(TestCodecs.options().disk(disk).mode(mode, FOLDER));
    }

    private List<StoreCheck.Finding> check(Disk on) {
        List<StoreCheck.Finding> findings = new ArrayList<>();
        StoreCheck.run(TestCodecs.options().disk(on).mode(StorageMode.PERSISTENT, FOLDER), findings::add);
        return findings;
    }

    private static Map<Path, ByteBuffer> contents(Disk disk) throws IOException {
        Map<Path, ByteBuffer> contents = new HashMap<>();
        for (Path file : disk.list(FOLDER)) {
            contents.put(file, ByteBuffer.wrap(StoredHistory.bytes(disk, file)));
        }
        return contents;
    }

    private void write(String name, String text) throws IOException {
        try (DiskFile file = disk.open(FOLDER.resolve(name), Disk.Access.CREATE)) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    @ParameterizedTest
    @EnumSource(value = StorageMode.class, names = "MEMORY", mode = EnumSource.Mode.EXCLUDE)
    void run_reportsEachFileAndChangesNothing(StorageMode mode) throws IOException {
        try (CommitStore<String, String> store = open(mode)) {
            store.put("a", "1:x");
            store.put("b", "x".repeat(100_000));
            store.checkpoint();
            store.delete("a");
        }
        Map<Path, ByteBuffer> before = contents(disk);
        List<StoreCheck.Finding> findings = check(disk);
        assertThat(findings).allMatch(finding -> finding.state() == StoreCheck.State.WHOLE);
        assertThat(findings).anyMatch(finding -> finding.what().contains("revision 3"));
        assertThat(findings).anyMatch(finding -> finding.what().contains("revisions 1 to"));
        assertThat(findings).anyMatch(finding -> finding.what().endsWith("closed"));
        assertThat(contents(disk)).isEqualTo(before);
    }

    @Test
    void run_andAnOpenStoreExcludeEachOther() {
        try (CommitStore<String, String> store = open(StorageMode.PERSISTENT)) {
            assertThat(store.size()).isZero();
            assertThatThrownBy(() -> check(disk))
                    .isInstanceOf(StoreException.CannotOpen.class)
                    .hasMessageContaining("in use");
        }
        List<Boolean> refused = new ArrayList<>();
        StoreCheck.run(TestCodecs.options().disk(disk).mode(StorageMode.PERSISTENT, FOLDER), finding -> {
            try (CommitStore<String, String> store = open(StorageMode.PERSISTENT)) {
                refused.add(store == null);
            } catch (StoreException.CannotOpen e) {
                refused.add(true);
            }
        });
        assertThat(refused).isNotEmpty().containsOnly(true);
        open(StorageMode.PERSISTENT).close();
    }

    @Test
    void run_ofAnotherFolderIsRefusedAndLeavesNothing() throws IOException {
        disk.createFolders(FOLDER);
        assertThatThrownBy(() -> check(disk))
                .isInstanceOf(StoreException.CannotOpen.class)
                .hasMessageContaining("FORMAT");
        assertThat(disk.list(FOLDER)).isEmpty();
    }

    @Test
    void filesThatAreNotNeeded_areLeftOver() throws IOException {
        open(StorageMode.PERSISTENT).close();
        write("pages-7", "of an interrupted compaction");
        write("notes", "of a person");
        assertThat(check(disk))
                .filteredOn(finding -> finding.state() == StoreCheck.State.LEFT_OVER)
                .extracting(finding -> finding.file().getFileName().toString())
                .containsExactly("notes", "pages-7");
    }

    @Test
    void interruptedRestore_isDamage() throws IOException {
        open(StorageMode.PERSISTENT).close();
        write("FORMAT", "kvstore data folder\nversion 1\nlayout pages\nstate restoring\n");
        assertThat(check(disk)).hasSize(1).allMatch(finding -> finding.state() == StoreCheck.State.DAMAGED);
    }

    @Test
    void interruptedCreation_isNotDamage() throws IOException {
        open(StorageMode.PERSISTENT).close();
        write("FORMAT", "kvstore data folder\nversion 1\nlayout pages\nstate creating\n");
        assertThat(check(disk)).hasSize(1).allMatch(finding -> finding.state() == StoreCheck.State.WHOLE);
    }
}
