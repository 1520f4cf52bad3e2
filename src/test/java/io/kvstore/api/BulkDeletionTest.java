package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tests the deletion of many keys with one request. */
@EveryMode
class BulkDeletionTest extends ServedTest {

    private void put(String... keys) {
        for (String key : keys) {
            http().put("/keys/" + key, "x");
        }
    }

    private Answer delete(String query) {
        Answer answer = http().request("DELETE", "/keys?" + query);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        return answer;
    }

    private String remaining() {
        return http().get("/keys?values=false").text();
    }

    @Test
    void delete_removesTheKeysThatMatchAllFilters() {
        put("a", "b/1", "b/2", "c");
        Answer answer = delete("prefix=b/");
        assertThat(answer.text()).isEqualTo("{\"deleted\":2,\"revision\":5}");
        assertThat(answer.revision()).isEqualTo(5);
        assertThat(remaining()).isEqualTo("[\"a\",\"c\"]");
        put("b", "d1", "d2", "e");
        assertThat(delete("start=b&end=d2").text()).isEqualTo("{\"deleted\":3,\"revision\":10}");
        assertThat(delete("regex=2$").text()).isEqualTo("{\"deleted\":1,\"revision\":11}");
        assertThat(delete("prefix=a&start=b").text()).isEqualTo("{\"deleted\":0,\"revision\":11}");
        assertThat(remaining()).isEqualTo("[\"a\",\"e\"]");
        assertThat(delete("all=false&prefix=a").text()).isEqualTo("{\"deleted\":1,\"revision\":12}");
        assertThat(delete("all=true").text()).isEqualTo("{\"deleted\":1,\"revision\":13}");
        assertThat(delete("all=true").text()).isEqualTo("{\"deleted\":0,\"revision\":13}");
        assertThat(remaining()).isEqualTo("[]");
        assertThat(http().request("HEAD", "/keys").header("KV-Count")).isEqualTo("0");
    }

    @Test
    void delete_commitsAThousandKeysAtATime() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 2_100; i++) {
            rows.append("{\"key\":\"").append(10_000 + i).append(i % 2 == 0 ? "-even" : "-odd");
            rows.append("\",\"value\":\"x\"}\n");
        }
        Answer imported = http().request("POST", "/import", rows.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(imported.status()).isEqualTo(200);
        long before = Long.parseLong(http().request("HEAD", "/keys").header("KV-Revision"));
        assertThat(delete("regex=even").text()).isEqualTo("{\"deleted\":1050,\"revision\":" + (before + 2) + "}");
        assertThat(http().get("/keys?count=true").text()).isEqualTo("{\"count\":1050}");
        assertThat(delete("all=true").text()).isEqualTo("{\"deleted\":1050,\"revision\":" + (before + 4) + "}");
    }

    @Test
    void delete_doesNotCountExpiredKeys() {
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        put("a");
        http().put("/keys/b", "x", "KV-TTL: 1s");
        http().put("/keys/c", "x", "KV-TTL: 1h");
        clock.advance(Duration.ofSeconds(1));
        assertThat(delete("all=true").text()).startsWith("{\"deleted\":2,");
        assertThat(remaining()).isEqualTo("[]");
    }

    @Test
    void delete_survivesARestart() {
        put("a", "b");
        delete("prefix=a");
        restart();
        assertThat(remaining()).isEqualTo(persistent() ? "[\"b\"]" : "[]");
    }
}
