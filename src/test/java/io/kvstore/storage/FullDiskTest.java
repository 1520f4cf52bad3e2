package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.store.CommitStore;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A real full disk: a small tmpfs, which only root can mount. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MEMORY")
class FullDiskTest {

    private final StorageMode mode;

    @TempDir
    Path folder;

    private StoreOptions<String, String> options;
    private boolean mounted;

    FullDiskTest(StorageMode mode) {
        this.mode = mode;
    }

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder.toString());
        assumeTrue(mounted, "mounting a tmpfs needs root");
        options = TestCodecs.options().mode(mode, folder.resolve("data"));
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            // lazily, because mappings stay in use until they are garbage collected
            assertThat(run("umount", "-l", folder.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void writes_areRefusedUntilThereIsSpaceAndARestart() throws Exception {
        Map<String, String> acknowledged = new HashMap<>();
        String value = "v".repeat(50_000);
        String unknown = null;
        CommitStore<String, String> store = Stores.open(options);
        try {
            for (int i = 0; unknown == null; i++) {
                assertThat(i).as("values that a disk of 24 MB took").isLessThan(2_000);
                String key = "key" + i;
                try {
                    store.put(key, value + i);
                    acknowledged.put(key, value + i);
                } catch (StoreException.OutcomeUnknown e) {
                    assertThat(e.diskFull()).as("disk full: " + e.getMessage()).isTrue();
                    unknown = key;
                } catch (StoreException.ReadOnly e) {
                    assertThat(e.diskFull()).as("disk full: " + e.getMessage()).isTrue();
                    unknown = "";
                }
            }
            assertThat(acknowledged).isNotEmpty();
            CommitStore<String, String> full = store;
            assertThatThrownBy(() -> full.put("more", "1"))
                    .isInstanceOfSatisfying(
                            StoreException.ReadOnly.class,
                            e -> assertThat(e.diskFull()).isTrue());
            assertThat(store.failure()).isInstanceOf(StoreException.ReadOnly.class);
            acknowledged.forEach((key, kept) -> assertThat(full.get(key)).isEqualTo(kept));
        } finally {
            store.close();
        }
        assertThat(run("mount", "-o", "remount,size=200m", folder.toString())).isTrue();
        store = Stores.open(options);
        try {
            for (Map.Entry<String, String> each : acknowledged.entrySet()) {
                assertThat(store.get(each.getKey())).isEqualTo(each.getValue());
            }
            long unacknowledged = store.size() - acknowledged.size();
            assertThat(unacknowledged).isBetween(0L, unknown.isEmpty() ? 0L : 1L);
            store.put("more", "1");
            store.checkpoint();
            assertThat(store.get("more")).isEqualTo("1");
        } finally {
            store.close();
        }
    }

    @Test
    void open_withoutSpace_failsAndWorksOnceThereIsSpace() throws Exception {
        Path ballast = folder.resolve("ballast");
        Files.createDirectories(folder.resolve("data"));
        fill(ballast);
        assertThatThrownBy(() -> Stores.open(options))
                .isInstanceOf(StoreException.CannotOpen.class)
                .hasMessageContaining("No space left");
        Files.delete(ballast);
        try (CommitStore<String, String> store = Stores.open(options)) {
            assertThat(store.put("a", "1")).isNull();
        }
    }

    private static void fill(Path ballast) throws IOException {
        try (var out = Files.newOutputStream(ballast)) {
            for (int i = 0; i < 24 << 10; i++) {
                out.write(new byte[1 << 10]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }
}
