package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestServer;
import io.kvstore.testing.TestWatcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The promised number of concurrent watchers. */
@Tag("http")
@Timeout(120)
class ThousandWatchersTest {

    @Test
    void watchers_allGetEveryChange() {
        List<TestWatcher> watchers = new ArrayList<>();
        try (Server server = TestServer.start(StorageMode.MEMORY, Path.of("unused"));
                RawHttp http = RawHttp.connect(server.port())) {
            for (int i = 0; i < 1_000; i++) {
                watchers.add(TestWatcher.open(server.port(), "/watch"));
            }
            for (int i = 1; i <= 20; i++) {
                assertThat(http.put("/keys/k" + i, "x").revision()).isEqualTo(i);
            }
            for (TestWatcher watcher : watchers) {
                for (int i = 1; i <= 20; i++) {
                    assertThat(watcher.next().brief()).isEqualTo("put k" + i + " " + i);
                }
            }
        } finally {
            watchers.forEach(TestWatcher::close);
        }
    }
}
