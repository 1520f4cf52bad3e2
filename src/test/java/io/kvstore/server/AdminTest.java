package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests for operators: statistics and checkpoints. */
@EveryMode
class AdminTest extends ServedTest {

    @Override
    protected String[] flags() {
        return new String[] {"--watch_history", "50", "--watch_history_bytes", "2m", "--cache_capacity", "2"};
    }

    private JsonNode stats() throws IOException {
        Answer answer = http().get("/stats");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        JsonNode stats = answer.json();
        assertThat(answer.revision()).isEqualTo(stats.get("revision").longValue());
        return stats;
    }

    @Test
    void stats_haveTheSameMembersInEveryMode() throws IOException {
        List<String> members = new ArrayList<>();
        stats().fieldNames().forEachRemaining(members::add);
        assertThat(members)
                .containsExactly(
                        "mode",
                        "durability",
                        "uptime_seconds",
                        "keys",
                        "bytes",
                        "epoch",
                        "revision",
                        "oldest_revision",
                        "history",
                        "cache",
                        "writable",
                        "failure");
    }

    @Test
    void stats_matchTheStore() throws IOException {
        long empty = stats().get("bytes").longValue();
        http().put("/keys/a", "x".repeat(10_000));
        String tag = http().put("/keys/b", "y", "KV-TTL: 60").header("ETag");
        JsonNode stats = stats();
        assertThat(stats.get("mode").textValue()).isEqualTo(mode.label());
        assertThat(stats.get("durability").textValue()).isEqualTo(persistent() ? "never" : null);
        assertThat(stats.get("uptime_seconds").isIntegralNumber()).isTrue();
        assertThat(stats.get("uptime_seconds").longValue()).isBetween(0L, 3_600L);
        assertThat(stats.get("keys").longValue()).isEqualTo(2);
        assertThat(stats.get("revision").longValue()).isEqualTo(2);
        assertThat(stats.get("oldest_revision").longValue()).isZero();
        assertThat(tag).isEqualTo('"' + stats.get("epoch").textValue() + "-2\"");
        assertThat(stats.get("history").get("changes").longValue()).isEqualTo(50);
        assertThat(stats.get("history").get("bytes").longValue()).isEqualTo(2 << 20);
        assertThat(stats.get("writable").booleanValue()).isTrue();
        assertThat(stats.get("failure").isNull()).isTrue();
        if (persistent()) {
            assertThat(stats.get("bytes").longValue()).isGreaterThan(empty + 10_000);
        } else {
            assertThat(stats.get("bytes").longValue()).isZero();
        }
        clock.advance(Duration.ofSeconds(61));
        assertThat(stats().get("keys").longValue())
                .as("expired keys are not counted")
                .isEqualTo(1);
    }

    @Test
    void stats_haveACacheInModeCachedOnly() throws IOException {
        for (String key : new String[] {"a", "b", "c"}) {
            http().put("/keys/" + key, "value of " + key);
        }
        http().get("/keys/c");
        http().get("/keys/none");
        JsonNode cache = stats().get("cache");
        if (mode != StorageMode.CACHED) {
            assertThat(cache.isNull()).isTrue();
            return;
        }
        assertThat(cache.get("capacity").longValue()).isEqualTo(2);
        assertThat(cache.get("entries").longValue()).isEqualTo(2);
        assertThat(cache.get("bytes").longValue()).isBetween(2 * 11L, 200L);
        assertThat(cache.get("hits").longValue()).isEqualTo(1);
        assertThat(cache.get("misses").longValue()).isGreaterThanOrEqualTo(1);
        assertThat(cache.get("evictions").longValue()).isEqualTo(1);
    }

    @Test
    void stats_rejectOtherMethodsAndParameters() {
        assertThat(http().request("HEAD", "/stats").header("Content-Length")).isNotNull();
        Answer post = http().request("POST", "/stats");
        assertThat(post.status()).isEqualTo(405);
        assertThat(post.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        assertThat(http().get("/stats?verbose=true").status()).isEqualTo(400);
    }

    @Test
    void checkpoint_isOnDiskBeforeTheResponse() throws IOException {
        for (int i = 0; i < 3; i++) {
            http().put("/keys/" + i, "x");
        }
        Answer answer = http().request("POST", "/admin/checkpoint");
        if (!persistent()) {
            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.text()).contains("nothing on disk");
            return;
        }
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"revision\":3}");
        assertThat(answer.revision()).isEqualTo(3);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        if (mode == StorageMode.LOGGED) {
            assertThat(folder.resolve("snapshot-00000000000000000003")).isNotEmptyFile();
        }
        assertThat(http().request("POST", "/admin/checkpoint").status())
                .as("second checkpoint")
                .isEqualTo(200);
        restart();
        assertThat(http().request("HEAD", "/keys").header("KV-Count")).isEqualTo("3");
    }

    @Test
    void checkpoint_rejectsBodiesParametersAndOtherMethods() {
        assertThat(http().request("POST", "/admin/checkpoint", new byte[] {1}).status())
                .isEqualTo(400);
        assertThat(http().request("POST", "/admin/checkpoint?now=true").status())
                .isEqualTo(400);
        for (String method : new String[] {"GET", "HEAD", "PUT"}) {
            Answer answer = http().request(method, "/admin/checkpoint");
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("Allow")).isEqualTo("POST, OPTIONS");
        }
        assertThat(http().request("OPTIONS", "/admin/checkpoint").status()).isEqualTo(204);
    }
}
