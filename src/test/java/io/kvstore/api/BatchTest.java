package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import io.kvstore.testing.TestJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Executes batches over HTTP. */
@EveryMode
class BatchTest extends ServedTest {

    @Override
    protected String[] flags() {
        return new String[] {"--max_value_bytes", "1000", "--max_batch_ops", "20", "--max_batch_bytes", "4k"};
    }

    private Answer send(String body, String... headers) {
        return http().request("POST", "/batch", body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private Answer batch(String... ops) {
        return send("{\"ops\":[" + String.join(",", ops) + "]}", "Content-Type: application/json");
    }

    /** Returns the response to a batch that must succeed. */
    private JsonNode done(String... ops) throws IOException {
        Answer answer = batch(ops);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        JsonNode json = answer.json();
        assertThat(json.get("revision").longValue()).isEqualTo(answer.revision());
        return json;
    }

    private static List<Integer> statuses(JsonNode json) {
        List<Integer> statuses = new ArrayList<>();
        json.get("results").forEach(result -> statuses.add(result.get("status").intValue()));
        return statuses;
    }

    /** Returns the response to a batch that must fail. */
    private JsonNode failed(int status, String... ops) throws IOException {
        long before = http().request("HEAD", "/keys").revision();
        Answer answer = batch(ops);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.revision()).isEqualTo(before);
        assertThat(http().request("HEAD", "/keys").revision()).isEqualTo(before);
        return answer.json().get("failures");
    }

    @Test
    void operations_areExecutedInOrderAndSeeEarlierChanges() throws IOException {
        JsonNode json = done(
                "{\"op\":\"put\",\"key\":\"n\",\"value\":\"3\",\"type\":\"text/x-n\",\"ttl\":60}",
                "{\"op\":\"increment\",\"key\":\"n\"}",
                "{\"op\":\"get\",\"key\":\"n\"}",
                "{\"op\":\"append\",\"key\":\"n\",\"value\":\"0\"}",
                "{\"key\":\"n\",\"by\":-50,\"op\":\"increment\"}",
                "{\"op\":\"persist\",\"key\":\"n\"}",
                "{\"op\":\"persist\",\"key\":\"n\"}",
                "{\"op\":\"put\",\"key\":\"b\",\"base64\":\"/wA=\"}",
                "{\"op\":\"append\",\"key\":\"b\",\"base64\":\"/g==\",\"ttl\":\"15m\"}",
                "{\"op\":\"get\",\"key\":\"b\"}",
                "{\"op\":\"delete\",\"key\":\"b\"}",
                "{\"op\":\"delete\",\"key\":\"b\"}",
                "{\"op\":\"get\",\"key\":\"b\"}",
                "{\"op\":\"touch\",\"key\":\"b\",\"ttl\":1}",
                "{\"op\":\"persist\",\"key\":\"b\"}",
                "{\"op\":\"check\",\"key\":\"b\",\"exists\":false}",
                "{\"op\":\"check\",\"key\":\"n\",\"exists\":true}",
                "{\"op\":\"touch\",\"key\":\"n\",\"ttl\":\"90s\"}",
                "{\"op\":\"append\",\"key\":\"new\",\"value\":\"\\u00e4\",\"type\":\"a/b\"}");
        assertThat(statuses(json))
                .containsExactly(
                        201, 200, 200, 200, 200, 200, 200, 201, 200, 200, 200, 404, 404, 404, 404, 200, 200, 200, 201);
        assertThat(json.get("revision").longValue()).isEqualTo(1);
        JsonNode results = json.get("results");
        Answer n = http().get("/keys/n");
        assertThat(n.text()).isEqualTo("-10");
        assertThat(n.header("Content-Type")).isEqualTo("text/x-n");
        assertThat(n.header("KV-TTL")).isEqualTo("90");
        assertThat(n.revision()).isEqualTo(1);
        assertThat(results.get(0).toString())
                .isEqualTo("{\"status\":201,\"etag\":" + TestJson.quoted(n.header("ETag")) + "}");
        assertThat(results.get(1).get("value").textValue()).isEqualTo("4");
        assertThat(results.get(4).get("value").textValue()).isEqualTo("-10");
        assertThat(results.get(4).get("etag").textValue()).isEqualTo(n.header("ETag"));
        JsonNode row = results.get(2).get("row");
        assertThat(row.get("key").textValue()).isEqualTo("n");
        assertThat(row.get("value").textValue()).isEqualTo("4");
        assertThat(row.get("revision").longValue()).isEqualTo(1);
        assertThat(row.get("type").textValue()).isEqualTo("text/x-n");
        assertThat(row.get("expires").textValue()).endsWith("Z");
        assertThat(results.get(9).get("row").get("base64").textValue()).isEqualTo("/wD+");
        assertThat(results.get(10).toString()).isEqualTo("{\"status\":200}");
        assertThat(results.get(11).toString()).isEqualTo("{\"status\":404}");
        assertThat(results.get(15).toString()).isEqualTo("{\"status\":200}");
        assertThat(results.get(16).get("etag").textValue()).isEqualTo(n.header("ETag"));
        assertThat(http().get("/keys/b").status()).isEqualTo(404);
        assertThat(http().get("/keys/new").body()).isEqualTo("ä".getBytes(StandardCharsets.UTF_8));
        assertThat(http().get("/keys/new").header("Content-Type")).isEqualTo("a/b");
    }

    @Test
    void changes_shareARevisionAndSurviveARestart() throws IOException {
        http().put("/keys/z", "0");
        done(
                "{\"op\":\"put\",\"key\":\"a\",\"value\":\"1\"}",
                "{\"op\":\"put\",\"key\":\"b\",\"value\":\"2\"}",
                "{\"op\":\"delete\",\"key\":\"z\"}");
        if (persistent()) {
            restart();
            assertThat(http().get("/keys").text()).isEqualTo("{\"a\":\"1\",\"b\":\"2\"}");
        }
        for (String key : new String[] {"a", "b"}) {
            Answer got = http().get("/keys/" + key);
            assertThat(got.revision()).isEqualTo(2);
            assertThat(got.header("ETag")).endsWith("-2\"");
        }
    }

    @Test
    void put_withoutTtlClearsTheExpiryAndKeepKeepsIt() throws IOException {
        http().put("/keys/a", "x", "KV-TTL: 60");
        done("{\"op\":\"put\",\"key\":\"a\",\"value\":\"y\",\"ttl\":\"keep\"}");
        assertThat(http().get("/keys/a").header("KV-TTL")).isEqualTo("60");
        done("{\"op\":\"put\",\"key\":\"a\",\"value\":\"z\"}");
        assertThat(http().get("/keys/a").header("KV-TTL")).isNull();
    }

    @Test
    void batch_withoutChangesTakesNoRevision() throws IOException {
        http().put("/keys/a", "x");
        JsonNode json = done(
                "{\"op\":\"get\",\"key\":\"a\"}",
                "{\"op\":\"delete\",\"key\":\"none\"}",
                "{\"op\":\"persist\",\"key\":\"a\"}",
                "{\"op\":\"check\",\"key\":\"a\",\"exists\":true}");
        assertThat(json.get("revision").longValue()).isEqualTo(1);
        assertThat(statuses(json)).containsExactly(200, 404, 200, 200);
        JsonNode empty = done();
        assertThat(empty.toString()).isEqualTo("{\"revision\":1,\"results\":[]}");
        http().put("/keys/b", "x");
        assertThat(http().get("/keys/b").revision()).isEqualTo(2);
    }

    @Test
    void fulfilledConditions_letTheBatchSucceed() throws IOException {
        String tag = TestJson.quoted(http().put("/keys/a", "x").header("ETag"));
        String other = "\"\\\"0123456789abcdef-7\\\"\"";
        done(
                "{\"op\":\"check\",\"key\":\"a\",\"if_match\":" + tag + "}",
                "{\"op\":\"check\",\"key\":\"a\",\"if_match\":\"*\"}",
                "{\"op\":\"put\",\"key\":\"b\",\"value\":\"y\",\"if_none_match\":\"*\"}",
                "{\"op\":\"put\",\"key\":\"a\",\"value\":\"z\",\"if_none_match\":" + other + ",\"if_match\":"
                        + tag.replace("\\\"\"", "\\\", \\\"other\\\"\"") + "}",
                "{\"op\":\"increment\",\"key\":\"n\",\"if_none_match\":\"*\"}",
                "{\"op\":\"append\",\"key\":\"m\",\"value\":\"\",\"if_none_match\":\"*\"}",
                "{\"op\":\"touch\",\"key\":\"b\",\"ttl\":5,\"if_match\":\"*\"}",
                "{\"op\":\"persist\",\"key\":\"b\",\"if_match\":\"*\"}",
                "{\"op\":\"delete\",\"key\":\"b\",\"if_match\":\"*\"}");
        assertThat(http().get("/keys").text()).isEqualTo("{\"a\":\"z\",\"m\":\"\",\"n\":\"1\"}");
    }

    @Test
    void failedConditions_areAllListed() throws IOException {
        String tag = http().put("/keys/a", "x").header("ETag");
        String stale = "\"\\\"0123456789abcdef-7\\\"\"";
        JsonNode failures = failed(
                412,
                "{\"op\":\"put\",\"key\":\"new\",\"value\":\"1\"}",
                "{\"op\":\"check\",\"key\":\"d\",\"exists\":true}",
                "{\"op\":\"check\",\"key\":\"a\",\"exists\":false}",
                "{\"op\":\"put\",\"key\":\"a\",\"value\":\"1\",\"if_none_match\":\"*\"}",
                "{\"op\":\"put\",\"key\":\"a\",\"value\":\"1\",\"if_match\":" + stale + "}",
                "{\"op\":\"delete\",\"key\":\"a\",\"if_none_match\":" + TestJson.quoted(tag) + "}",
                "{\"op\":\"check\",\"key\":\"a\",\"if_match\":" + TestJson.quoted("W/" + tag) + "}",
                "{\"op\":\"increment\",\"key\":\"a\"}",
                "{\"op\":\"put\",\"key\":\"d\",\"value\":\"1\",\"if_match\":\"*\"}");
        String etag = ",\"etag\":" + TestJson.quoted(tag);
        assertThat(failures.toString())
                .isEqualTo("[{\"index\":1,\"op\":\"check\",\"key\":\"d\",\"reason\":\"missing\"}"
                        + ",{\"index\":2,\"op\":\"check\",\"key\":\"a\",\"reason\":\"exists\"" + etag + "}"
                        + ",{\"index\":3,\"op\":\"put\",\"key\":\"a\",\"reason\":\"exists\"" + etag + "}"
                        + ",{\"index\":4,\"op\":\"put\",\"key\":\"a\",\"reason\":\"etag\"" + etag + "}"
                        + ",{\"index\":5,\"op\":\"delete\",\"key\":\"a\",\"reason\":\"etag\"" + etag + "}"
                        + ",{\"index\":6,\"op\":\"check\",\"key\":\"a\",\"reason\":\"etag\"" + etag + "}"
                        + ",{\"index\":7,\"op\":\"increment\",\"key\":\"a\",\"reason\":\"number\"" + etag + "}"
                        + ",{\"index\":8,\"op\":\"put\",\"key\":\"d\",\"reason\":\"missing\"}]");
        assertThat(http().get("/keys").text()).isEqualTo("{\"a\":\"x\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"delete\"", "\"touch\",\"ttl\":60", "\"persist\""})
    void condition_onAMissingKeyFails(String op) throws IOException {
        JsonNode failures = failed(
                412, "{\"op\":" + op + ",\"key\":\"gone\",\"if_match\":\"*\"}", "{\"op\":\"get\",\"key\":\"a\"}");
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).get("reason").textValue()).isEqualTo("missing");
    }

    @Test
    void etagOfAFailure_isNeverOneOfTheFailedBatch() throws IOException {
        http().put("/keys/a", "x");
        JsonNode failures = failed(
                412,
                "{\"op\":\"put\",\"key\":\"a\",\"value\":\"y\"}",
                "{\"op\":\"check\",\"key\":\"a\",\"exists\":false}");
        assertThat(failures.toString())
                .isEqualTo("[{\"index\":1,\"op\":\"check\",\"key\":\"a\",\"reason\":\"exists\"}]");
    }

    @Test
    void increment_thatFailsIs409() throws IOException {
        http().put("/keys/a", "x");
        http().put("/keys/max", "9223372036854775807");
        JsonNode failures = failed(
                409,
                "{\"op\":\"put\",\"key\":\"new\",\"value\":\"1\"}",
                "{\"op\":\"increment\",\"key\":\"a\"}",
                "{\"op\":\"increment\",\"key\":\"max\"}",
                "{\"op\":\"append\",\"key\":\"new\",\"value\":\"" + "x".repeat(1_000) + "\"}");
        assertThat(failures).hasSize(3);
        assertThat(failures.get(0).get("reason").textValue()).isEqualTo("number");
        assertThat(failures.get(1).get("reason").textValue()).isEqualTo("overflow");
        assertThat(failures.get(2).get("reason").textValue()).isEqualTo("too_long");
        assertThat(http().get("/keys/new").status()).isEqualTo(404);
    }

    @Test
    void append_beyondTheLimitIs413() throws IOException {
        http().put("/keys/a", "x".repeat(999));
        done("{\"op\":\"append\",\"key\":\"a\",\"value\":\"y\"}");
        JsonNode failures = failed(413, "{\"op\":\"append\",\"key\":\"a\",\"value\":\"z\"}");
        assertThat(failures.get(0).get("reason").textValue()).isEqualTo("too_long");
        assertThat(http().get("/keys/a").body()).hasSize(1_000);
    }

    @Test
    void expiredKeys_areRemovedAndCreatedAgain() throws IOException {
        http().put("/keys/a", "1", "KV-TTL: 10");
        http().put("/keys/b", "1", "KV-TTL: 10");
        clock.advance(Duration.ofSeconds(11));
        JsonNode json = done(
                "{\"op\":\"increment\",\"key\":\"a\",\"by\":7}",
                "{\"op\":\"get\",\"key\":\"b\"}",
                "{\"op\":\"put\",\"key\":\"b\",\"value\":\"2\",\"if_none_match\":\"*\"}");
        assertThat(statuses(json)).containsExactly(201, 404, 201);
        assertThat(json.get("revision").longValue()).isEqualTo(5);
        assertThat(http().get("/keys").text()).isEqualTo("{\"a\":\"7\",\"b\":\"2\"}");
    }

    @Test
    void batch_beyondALimitIs413() {
        String get = "{\"op\":\"get\",\"key\":\"a\"}";
        assertThat(batch(Collections.nCopies(20, get).toArray(String[]::new)).status())
                .isEqualTo(200);
        Answer many = batch(Collections.nCopies(21, get).toArray(String[]::new));
        assertThat(many.status()).isEqualTo(413);
        assertThat(many.text()).contains("20 operations");
        String start = "{\"ops\":[]}";
        assertThat(send(start + " ".repeat(4096 - start.length()), "Content-Type: application/json")
                        .status())
                .isEqualTo(200);
        Answer declared = send(start + " ".repeat(4097 - start.length()), "Content-Type: application/json");
        assertThat(declared.status()).isEqualTo(413);
        assertThat(declared.text()).contains("4096").contains("4097");
        assertThat(http().get("/livez").text())
                .as("the connection stays usable")
                .isEqualTo("ok");
        http().head("POST /batch HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked")
                .send("1001\r\n" + start + " ".repeat(4097 - start.length()) + "\r\n0\r\n\r\n");
        assertThat(http().answer().status()).isEqualTo(413);
    }

    @Test
    void values_upToTheLimitAreAccepted() throws IOException {
        String longest = "\\u0000" + "x".repeat(997) + "ä";
        String base64 = Base64.getEncoder().encodeToString(new byte[1_000]);
        done(
                "{\"op\":\"put\",\"key\":\"a\",\"value\":\"" + longest + "\"}",
                "{\"op\":\"put\",\"key\":\"b\",\"base64\":\"" + base64 + "\"}",
                "{\"op\":\"put\",\"key\":\"c\",\"value\":\"\"}");
        assertThat(http().get("/keys/a").body()).hasSize(1_000);
        assertThat(http().get("/keys/b").body()).isEqualTo(new byte[1_000]);
        String more = Base64.getEncoder().encodeToString(new byte[1_001]);
        for (String op : new String[] {"put", "append"}) {
            assertThat(batch("{\"op\":\"" + op + "\",\"key\":\"d\",\"value\":\"a" + longest + "\"}")
                            .status())
                    .isEqualTo(413);
            Answer tooLong = batch("{\"op\":\"" + op + "\",\"key\":\"d\",\"base64\":\"" + more + "\"}");
            assertThat(tooLong.status()).isEqualTo(413);
            assertThat(tooLong.text()).contains("ops[0].base64").contains("1000 bytes");
        }
    }

    @Test
    void valuesReadAndWritten_areLimited() throws IOException {
        http().put("/keys/a", "x".repeat(1_000));
        // The limit is 4,096 plus 1,000 bytes: enough for the value five times, but not six times.
        for (String op : new String[] {
            "{\"op\":\"get\",\"key\":\"a\"}",
            "{\"op\":\"append\",\"key\":\"a\",\"value\":\"\"}",
            "{\"op\":\"touch\",\"key\":\"a\",\"ttl\":60}"
        }) {
            assertThat(statuses(done(Collections.nCopies(5, op).toArray(String[]::new))))
                    .hasSize(5);
            JsonNode failures = failed(413, Collections.nCopies(7, op).toArray(String[]::new));
            assertThat(failures).hasSize(1);
            assertThat(failures.get(0).get("index").intValue()).isEqualTo(5);
            assertThat(failures.get(0).get("reason").textValue()).isEqualTo("too_much");
        }
    }

    @Test
    void incompleteBody_changesNothing() {
        String batch = "{\"ops\":[{\"op\":\"put\",\"key\":\"a\",\"value\":\"x\"}]}";
        try (RawHttp other = connect()) {
            other.head("POST /batch HTTP/1.1", "Content-Type: application/json", "Content-Length: 1000")
                    .send(batch)
                    .finish();
            assertThat(other.isClosedByServer()).isTrue();
        }
        try (RawHttp other = connect()) {
            other.head("POST /batch HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked")
                    .send(Integer.toHexString(batch.length()) + "\r\n" + batch + "\r\n")
                    .finish();
            assertThat(other.isClosedByServer()).isTrue();
        }
        assertThat(http().get("/keys").text()).isEqualTo("{}");
    }

    @Test
    void reads_neverSeeAPartOfABatch() throws Exception {
        int batches = 150;
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService executor = Executors.newFixedThreadPool(6);
        done(round(0));
        try {
            List<Future<?>> reading = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                boolean listing = i > 0;
                reading.add(executor.submit(() -> {
                    try (RawHttp own = connect()) {
                        boolean last;
                        do {
                            last = over.get();
                            Set<String> seen = new TreeSet<>();
                            if (listing) {
                                own.get("/keys").json().forEach(value -> seen.add(value.textValue()));
                            } else {
                                String ops = "{\"op\":\"get\",\"key\":\"a\"},{\"op\":\"get\",\"key\":\"m\"},"
                                        + "{\"op\":\"get\",\"key\":\"z\"}";
                                Answer answer = own.request(
                                        "POST",
                                        "/batch",
                                        ("{\"ops\":[" + ops + "]}").getBytes(StandardCharsets.UTF_8),
                                        "Content-Type: application/json");
                                answer.json()
                                        .get("results")
                                        .forEach(result -> seen.add(
                                                result.get("row").get("value").textValue()));
                            }
                            assertThat(seen).hasSize(1);
                        } while (!last);
                    }
                    return null;
                }));
            }
            List<Future<?>> writing = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int writer = i;
                writing.add(executor.submit(() -> {
                    try (RawHttp own = connect()) {
                        for (int n = 0; n < batches; n++) {
                            String body = "{\"ops\":[" + String.join(",", round(n * 3 + writer)) + "]}";
                            assertThat(own.request(
                                                    "POST",
                                                    "/batch",
                                                    body.getBytes(StandardCharsets.UTF_8),
                                                    "Content-Type: application/json")
                                            .status())
                                    .isEqualTo(200);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : writing) {
                each.get();
            }
            over.set(true);
            for (Future<?> each : reading) {
                each.get();
            }
        } finally {
            over.set(true);
            executor.shutdownNow();
        }
        assertThat(http().request("HEAD", "/keys").revision()).isEqualTo(3L * batches + 1);
    }

    /** Sets three keys to the same value; one of them is deleted in between. */
    private static String[] round(int n) {
        return new String[] {
            "{\"op\":\"put\",\"key\":\"a\",\"value\":\"" + n + "\"}",
            "{\"op\":\"delete\",\"key\":\"m\"}",
            "{\"op\":\"put\",\"key\":\"z\",\"value\":\"" + n + "\"}",
            "{\"op\":\"put\",\"key\":\"m\",\"value\":\"" + n + "\"}"
        };
    }
}
