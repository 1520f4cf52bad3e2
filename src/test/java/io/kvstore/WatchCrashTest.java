package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestWatcher;
import io.kvstore.testing.TestWatcher.Event;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A watcher of a server that is killed while clients write resumes after the restart and misses no change. */
@Timeout(180)
final class WatchCrashTest {

    private static final int WRITERS = 4;
    private static final int KILLS = 3;

    @TempDir
    private Path folder;

    private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    private final Map<Long, String> acknowledged = new ConcurrentHashMap<>();

    @AfterEach
    void endWriters() {
        writers.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MEMORY")
    void watcher_getsEveryChangeAcrossKills(StorageMode mode) throws Exception {
        Map<Long, String> seen = new HashMap<>();
        String id = "0";
        for (int round = 0; round <= KILLS; round++) {
            String name = "r" + round + "-";
            try (ServerProcess server = start(mode, "always")) {
                try (TestWatcher watcher = watch(server, id)) {
                    List<CompletableFuture<Void>> writing = new ArrayList<>();
                    for (int i = 0; i < WRITERS; i++) {
                        String prefix = name + i + "-";
                        writing.add(CompletableFuture.runAsync(() -> write(server, prefix), writers));
                    }
                    for (int i = 0; i < 200; i++) {
                        observe(watcher.next(), seen);
                    }
                    id = watcher.lastId();
                    server.kill();
                    writing.forEach(CompletableFuture::join);
                }
            }
        }
        try (ServerProcess server = start(mode, "always");
                RawHttp http = server.connect();
                TestWatcher watcher = watch(server, id)) {
            long last = http.put("/keys/last", "x").revision();
            while (seen.size() < last) {
                observe(watcher.next(), seen);
            }
            assertThat(seen).containsAllEntriesOf(acknowledged);
        }
    }

    /** Checks that a change has the revision after the last one seen, also across restarts. */
    private static void observe(Event event, Map<Long, String> seen) {
        assertThat(event.revision()).isEqualTo(seen.size() + 1L);
        seen.put(event.revision(), event.key());
    }

    /** Writes until the server is killed. */
    private void write(ServerProcess server, String prefix) {
        try (RawHttp http = server.connect()) {
            for (int i = 0; ; i++) {
                acknowledged.put(http.put("/keys/" + prefix + i, "x").revision(), prefix + i);
            }
        } catch (UncheckedIOException e) {
            assertThat(e).hasMessageNotContaining("timed out");
        }
    }

    private ServerProcess start(StorageMode mode, String durability) throws Exception {
        return ServerProcess.start(
                "--mode", mode.label(), "--store_path", folder.toString(), "--durability", durability);
    }

    private static TestWatcher watch(ServerProcess server, String id) {
        TestWatcher watcher = TestWatcher.open(server.port(), "/watch", "Last-Event-ID: " + id);
        assertThat(watcher.status()).isEqualTo(200);
        return watcher;
    }

    @Test
    void watcher_isRejectedIfTheStoreMayHaveLostChanges() throws Exception {
        String id;
        try (ServerProcess server = start(StorageMode.LOGGED, "interval");
                RawHttp http = server.connect();
                TestWatcher watcher = watch(server, "0")) {
            http.put("/keys/a", "x");
            watcher.next();
            id = watcher.lastId();
            server.kill();
        }
        try (ServerProcess server = start(StorageMode.LOGGED, "interval");
                RawHttp http = server.connect()) {
            assertThat(http.get("/watch", "Last-Event-ID: " + id).status()).isEqualTo(410);
        }
    }
}
