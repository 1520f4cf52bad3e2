package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Executes operations on one key with POST: increment, append, touch, persist. */
@EveryMode
class OperationsTest extends ServedTest {

    @Override
    protected String[] flags() {
        return new String[] {"--max_value_bytes", "100"};
    }

    private Answer post(String target, String... headers) {
        return http().request("POST", target, headers);
    }

    private Answer append(String target, String more, String... headers) {
        return http().request("POST", target, more.getBytes(StandardCharsets.UTF_8), headers);
    }

    @Test
    void increment_createsAMissingKey() {
        Answer first = post("/keys/n?op=increment");
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.text()).isEqualTo("1");
        assertThat(first.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(first.revision()).isEqualTo(1);
        Answer second = post("/keys/n?op=increment&by=41");
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text()).isEqualTo("42");
        assertThat(post("/keys/n?op=increment&by=-50").text()).isEqualTo("-8");
        Answer got = http().get("/keys/n");
        assertThat(got.text()).isEqualTo("-8");
        assertThat(got.revision()).isEqualTo(3);
    }

    @Test
    void increment_keepsTypeAndExpiry() {
        http().put("/keys/n", "1", "Content-Type: text/x-count", "KV-TTL: 60");
        post("/keys/n?op=increment");
        Answer got = http().get("/keys/n");
        assertThat(got.header("Content-Type")).isEqualTo("text/x-count");
        assertThat(got.header("KV-TTL")).isEqualTo("60");
        post("/keys/n?op=increment&ttl=90");
        assertThat(http().get("/keys/n").header("KV-TTL")).isEqualTo("90");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "1.0", "+1", "01", "00", "-", "--1", " 1", "1 ", "0x1", "12345678901234567890", "-01"})
    void increment_ofAValueThatIsNotANumberIs409(String value) {
        Answer put = http().put("/keys/n", value);
        Answer answer = post("/keys/n?op=increment");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("ETag")).isEqualTo(put.header("ETag"));
        assertThat(http().get("/keys/n").text()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 1",
        "-9223372036854775808, -1",
        "9999999999999999999, 1",
        "1, 9223372036854775807",
        "-2, -9223372036854775807"
    })
    void increment_beyond64BitsIs409(String value, String by) {
        http().put("/keys/n", value);
        assertThat(post("/keys/n?op=increment&by=" + by).status()).isEqualTo(409);
        assertThat(http().get("/keys/n").text()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775806, 1, 9223372036854775807",
        "-9223372036854775807, -1, -9223372036854775808",
        "-0, 5, 5",
        "0, -9223372036854775808, -9223372036854775808"
    })
    void increment_reachesTheBounds(String value, String by, String sum) {
        http().put("/keys/n", value);
        assertThat(post("/keys/n?op=increment&by=" + by).text()).isEqualTo(sum);
    }

    @Test
    void increment_byManyClientsAddsUp() throws Exception {
        int clients = 16;
        int each = 25;
        ExecutorService executor = Executors.newFixedThreadPool(clients);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                running.add(executor.submit(() -> {
                    try (RawHttp own = connect()) {
                        for (int n = 0; n < each; n++) {
                            own.request("POST", "/keys/n?op=increment");
                        }
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } finally {
            executor.shutdownNow();
        }
        Answer got = http().get("/keys/n");
        assertThat(got.text()).isEqualTo(Integer.toString(clients * each));
        assertThat(got.revision()).isEqualTo((long) clients * each);
    }

    @Test
    void put_ofOneKeyByManyClientsCreatesItOnce() throws Exception {
        int clients = 16;
        ExecutorService executor = Executors.newFixedThreadPool(clients);
        try {
            for (int round = 0; round < 10; round++) {
                String target = "/keys/lock-" + round;
                List<Future<Integer>> running = new ArrayList<>();
                for (int i = 0; i < clients; i++) {
                    running.add(executor.submit(() -> {
                        try (RawHttp own = connect()) {
                            return own.put(target, "mine", "If-None-Match: *").status();
                        }
                    }));
                }
                List<Integer> statuses = new ArrayList<>();
                for (Future<Integer> client : running) {
                    statuses.add(client.get());
                }
                assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 412);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void append_createsAndExtends() {
        Answer created = append("/keys/log?op=append", "one", "Content-Type: text/x-log");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body()).isEmpty();
        assertThat(append("/keys/log?op=append", "two", "Content-Type: text/other")
                        .status())
                .isEqualTo(200);
        Answer got = http().get("/keys/log");
        assertThat(got.text()).isEqualTo("onetwo");
        assertThat(got.header("Content-Type")).isEqualTo("text/x-log");
        assertThat(got.revision()).isEqualTo(2);
    }

    @Test
    void append_ofTheOtherHalfOfACharacterMakesText() {
        http().request("POST", "/keys/t?op=append", new byte[] {(byte) 0xC3});
        assertThat(http().get("/keys/t").header("Content-Type")).isEqualTo("application/octet-stream");
        http().request("POST", "/keys/t?op=append", new byte[] {(byte) 0xA9});
        assertThat(http().get("/keys/t").header("Content-Type")).startsWith("text/plain");
        assertThat(http().get("/keys").text()).isEqualTo("{\"t\":\"\u00e9\"}");
    }

    @Test
    void append_pastTheLimitIs413() {
        http().put("/keys/log", "x".repeat(99));
        assertThat(append("/keys/log?op=append", "y").status()).isEqualTo(200);
        Answer refused = append("/keys/log?op=append", "z");
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.text()).contains("nothing was changed");
        assertThat(http().get("/keys/log").text()).isEqualTo("x".repeat(99) + "y");
        assertThat(append("/keys/new?op=append", "z".repeat(101)).status()).isEqualTo(413);
        assertThat(http().get("/keys/new").status()).isEqualTo(404);
    }

    @Test
    void touch_setsOnlyTheExpiry() {
        Answer put = http().put("/keys/a", "x", "Content-Type: text/x");
        Answer touched = post("/keys/a?op=touch&ttl=60");
        assertThat(touched.status()).isEqualTo(200);
        assertThat(touched.header("ETag")).isNotEqualTo(put.header("ETag"));
        assertThat(touched.revision()).isEqualTo(2);
        Answer got = http().get("/keys/a");
        assertThat(got.text()).isEqualTo("x");
        assertThat(got.header("Content-Type")).isEqualTo("text/x");
        assertThat(got.header("KV-TTL")).isEqualTo("60");
        assertThat(got.header("ETag")).isEqualTo(touched.header("ETag"));
        assertThat(post("/keys/a?op=touch", "KV-TTL: 2h").status()).isEqualTo(200);
        assertThat(http().get("/keys/a").header("KV-TTL")).isEqualTo("7200");
        assertThat(post("/keys/none?op=touch&ttl=60").status()).isEqualTo(404);
    }

    @Test
    void persist_removesTheExpiry() {
        http().put("/keys/a", "x", "KV-TTL: 60");
        Answer persisted = post("/keys/a?op=persist");
        assertThat(persisted.status()).isEqualTo(200);
        assertThat(persisted.revision()).isEqualTo(2);
        assertThat(http().get("/keys/a").header("KV-TTL")).isNull();
        Answer again = post("/keys/a?op=persist");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.revision()).as("nothing was changed").isEqualTo(2);
        assertThat(again.header("ETag")).isEqualTo(persisted.header("ETag"));
        assertThat(post("/keys/none?op=persist").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"op=increment", "op=append", "op=touch&ttl=9", "op=persist"})
    void post_evaluatesConditions(String operation) {
        Answer put = http().put("/keys/n", "1", "KV-TTL: 60");
        Answer refused = post("/keys/n?" + operation, "If-Match: \"0123456789abcdef-1\"");
        assertThat(refused.status()).isEqualTo(412);
        assertThat(refused.header("ETag")).isEqualTo(put.header("ETag"));
        assertThat(post("/keys/n?" + operation, "If-None-Match: *").status()).isEqualTo(412);
        assertThat(http().get("/keys/n").header("ETag")).isEqualTo(put.header("ETag"));
        assertThat(post("/keys/n?" + operation, "If-Match: " + put.header("ETag"))
                        .status())
                .isEqualTo(200);
        assertThat(post("/keys/n?" + operation, "If-Unmodified-Since: Thu, 01 Jan 2026 00:00:00 GMT")
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?",
                "?op=",
                "?op=INCREMENT",
                "?op=delete",
                "?op=increment&op=increment",
                "?op=increment&by=",
                "?op=increment&by=x",
                "?op=increment&by=1.5",
                "?op=increment&by=+1",
                "?op=increment&by=%2B1",
                "?op=increment&by=9223372036854775808",
                "?op=increment&by=-9223372036854775809",
                "?op=increment&by=1&by=2",
                "?op=increment&ttl=x",
                "?op=append&by=1",
                "?op=touch",
                "?op=touch&ttl=keep",
                "?op=touch&ttl=0",
                "?op=touch&ttl=60&by=1",
                "?op=persist&ttl=60",
                "?op=persist&by=1",
                "?by=1",
                "?op=increment&limit=1"
            })
    void post_withAnInvalidQueryIs400(String query) {
        http().put("/keys/n", "1");
        Answer answer = post("/keys/n" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).containsAnyOf("op", "by", "ttl", "limit");
        assertThat(http().get("/keys/n").revision()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"increment", "touch&ttl=9", "persist"})
    void post_withAnUnusedBodyIs400(String op) {
        http().put("/keys/n", "1");
        assertThat(append("/keys/n?op=" + op, "5").status()).isEqualTo(400);
        assertThat(http().get("/keys/n").text()).isEqualTo("1");
    }

    @Test
    void append_ofAnEncodedBodyIs415() {
        assertThat(append("/keys/n?op=append", "5", "Content-Encoding: gzip").status())
                .isEqualTo(415);
    }
}
