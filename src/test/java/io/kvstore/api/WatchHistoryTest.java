package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import io.kvstore.testing.TestWatcher;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests how far back a watch can begin if the history is short. */
@EveryMode
@Timeout(60)
class WatchHistoryTest extends ServedTest {

    @Override
    protected String[] flags() {
        return new String[] {"--watch_history", "3"};
    }

    @Test
    void since_reachesAsFarBackAsTheHistory() throws IOException {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 10; i++) {
                http().put("/keys/" + i, "x");
            }
            if (persistent() && round < 2) {
                restart();
            }
        }
        Answer gone = http().get("/watch?since=1");
        assertThat(gone.status()).isEqualTo(410);
        long oldest = gone.json().get("oldest").longValue();
        assertThat(oldest).isBetween(2L, 27L);
        assertThat(http().get("/watch?since=" + (oldest - 1)).status()).isEqualTo(410);
        try (TestWatcher watcher = TestWatcher.open(server().port(), "/watch?since=" + oldest)) {
            for (long revision = oldest + 1; revision <= 30; revision++) {
                assertThat(watcher.next().revision()).isEqualTo(revision);
            }
        }
    }

    @Test
    void initial_needsNoHistory() {
        for (int i = 0; i < 10; i++) {
            http().put("/keys/" + i, "x");
        }
        try (TestWatcher watcher = TestWatcher.open(server().port(), "/watch?initial=true")) {
            for (int i = 0; i < 10; i++) {
                assertThat(watcher.next().key()).isEqualTo(Integer.toString(i));
            }
            assertThat(watcher.next().kind()).isEqualTo("synced");
            http().put("/keys/a", "x");
            assertThat(watcher.next().key()).isEqualTo("a");
        }
    }
}
