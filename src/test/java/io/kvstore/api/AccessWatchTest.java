package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.TestWatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests watches that may read only some keys, and tokens that are added or removed while the server runs. */
@EveryMode
class AccessWatchTest extends GuardedTest {

    @BeforeEach
    void fixClock() {
        clock.advance(Duration.ZERO);
    }

    private TestWatcher watch(String who, String query) {
        return TestWatcher.open(server().port(), "/watch" + query, as(who));
    }

    private static List<String> next(TestWatcher watcher, int count) {
        return Stream.generate(() -> watcher.next().brief()).limit(count).toList();
    }

    @Test
    void watch_reportsOnlyReadableKeys() {
        put("a/1");
        put("b/1");
        put("c/1");
        try (TestWatcher watcher = watch("ac", "?initial=true")) {
            assertThat(watcher.header("KV-Filtered")).isEqualTo("true");
            assertThat(next(watcher, 3)).containsExactly("put a/1 1", "put c/1 3", "synced");
            put("b/2");
            send("admin", "DELETE", "/keys/b/1", "");
            send("admin", "POST", "/batch", """
                    {"ops":[{"op":"put","key":"b/3","value":"x"},{"op":"delete","key":"c/1"}]}""", "Content-Type: application/json");
            put("a/2");
            assertThat(next(watcher, 2)).containsExactly("delete c/1 6", "put a/2 7");
        }
        try (TestWatcher watcher = watch("ac", "?since=1")) {
            assertThat(next(watcher, 3)).containsExactly("put c/1 3", "delete c/1 6", "put a/2 7");
        }
        try (TestWatcher watcher = watch("ac", "?prefix=a/")) {
            assertThat(watcher.header("KV-Filtered")).isNull();
        }
        try (TestWatcher watcher = watch("ac", "?prefix=b/")) {
            assertThat(watcher.status()).isEqualTo(403);
        }
        assertThat(send("ac", "HEAD", "/watch", "").header("KV-Filtered")).isEqualTo("true");
    }

    @Test
    void changedTokens_takeEffectWithinASecond() throws IOException {
        put("a/1");
        addToken("new", "a/:r");
        removeToken("a");
        writeTokens();
        assertThat(get("a", "/keys/a/1").status()).isEqualTo(200);
        assertThat(get("new", "/keys/a/1").status()).isEqualTo(401);
        clock.advance(Duration.ofSeconds(1));
        assertThat(get("new", "/keys/a/1").status()).isEqualTo(200);
        assertThat(get("a", "/keys/a/1").status()).isEqualTo(401);
    }

    @Test
    void watch_endsOnceItsTokenIsRemoved() throws IOException {
        try (TestWatcher removed = watch("a", "");
                TestWatcher unaffected = watch("ac", "?prefix=a/")) {
            put("a/1");
            assertThat(next(removed, 1)).containsExactly("put a/1 1");
            assertThat(next(unaffected, 1)).containsExactly("put a/1 1");
            removeToken("a");
            writeTokens();
            clock.advance(Duration.ofSeconds(1));
            put("a/2");
            assertThat(removed.next()).isNull();
            assertThat(next(unaffected, 1)).containsExactly("put a/2 2");
        }
    }
}
