package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import io.kvstore.testing.TestJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@code POST /import} with rows of an export or written by hand. */
@EveryMode
@Timeout(60)
class ImportTest extends ServedTest {

    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");

    /** Rows of an export at {@link #NOW}, in key order. */
    private static final String EXPORT = """
            {"key":" ","value":"blank","revision":7}
            {"key":"a","value":"text","revision":12,"type":"text/x-a; charset=utf-8"}
            {"key":"a/../b","value":"","revision":9}
            {"key":"bytes","base64":"/wCA","revision":3,"type":"image/x-none"}
            {"key":"escaped","value":"\\u0000 \\"\\\\ \\ud83d\\ude00 \\n","revision":4}
            {"key":"gone","value":"x","revision":4,"expires":"2030-06-01T12:00:00Z"}
            {"key":"soon","value":"x","revision":4,"expires":"2030-06-01T12:00:00.001Z"}
            {"key":"zz","base64":"4pij","revision":5,"type":"a/b","expires":"2031-01-01T01:00:00+01:00"}
            {"key":"\u00e4\u20ac\ud83d\ude00","value":"\u00e4\u20ac\ud83d\ude00","revision":5}
            {"end":true,"count":9,"revision":12}
            """;

    private Answer send(String mode, byte[] rows, String... headers) {
        return http().request("POST", "/import" + mode, rows, headers);
    }

    private Answer send(String mode, String rows, String... headers) {
        return send(mode, rows.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Checks that an import succeeded, and returns the body of the response. */
    private JsonNode succeeded(Answer answer) throws IOException {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        JsonNode json = answer.json();
        assertThat(json.get("revision").longValue()).isEqualTo(answer.revision());
        return json;
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        }
        return zipped.toByteArray();
    }

    static String rows(int from, int to, String value) {
        StringBuilder rows = new StringBuilder();
        for (int i = from; i < to; i++) {
            rows.append("{\"key\":\"k%06d\",\"value\":\"%s\"}\n".formatted(i, value));
        }
        return rows.toString();
    }

    private String row(String key) throws IOException {
        String batch = "{\"ops\":[{\"op\":\"get\",\"key\":" + TestJson.quoted(key) + "}]}";
        Answer answer = http().request(
                        "POST", "/batch", batch.getBytes(StandardCharsets.UTF_8), "Content-Type: application/json");
        return answer.json().get("results").get(0).get("row").toString();
    }

    private void assertExportIsStored() throws IOException {
        assertThat(http().get("/keys").text())
                .isEqualTo("{\" \":\"blank\",\"a\":\"text\",\"a/../b\":\"\",\"bytes\":{\"base64\":\"/wCA\"},"
                        + "\"escaped\":\"\\u0000 \\\"\\\\ \uD83D\uDE00 \\n\",\"soon\":\"x\",\"zz\":\"\u2623\","
                        + "\"\u00e4\u20ac\uD83D\uDE00\":\"\u00e4\u20ac\uD83D\uDE00\"}");
        assertThat(row("a"))
                .isEqualTo("{\"key\":\"a\",\"value\":\"text\",\"revision\":1,\"type\":\"text/x-a; charset=utf-8\"}");
        assertThat(row("bytes"))
                .isEqualTo("{\"key\":\"bytes\",\"base64\":\"/wCA\",\"revision\":1,\"type\":\"image/x-none\"}");
        assertThat(row("soon"))
                .isEqualTo(
                        "{\"key\":\"soon\",\"value\":\"x\",\"revision\":1,\"expires\":\"2030-06-01T12:00:00.001Z\"}");
        assertThat(row("zz"))
                .isEqualTo("{\"key\":\"zz\",\"value\":\"\u2623\",\"revision\":1,\"type\":\"a/b\","
                        + "\"expires\":\"2031-01-01T00:00:00Z\"}");
        assertThat(http().get("/keys/escaped").header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rows_areStoredAsExported(boolean zipped) throws IOException {
        clock.set(NOW);
        byte[] export = EXPORT.getBytes(StandardCharsets.UTF_8);
        JsonNode json = succeeded(send("", zipped ? gzip(export) : export, "Content-Type: application/x-anything"));
        assertThat(json.toString()).isEqualTo("{\"imported\":8,\"skipped\":1,\"revision\":1}");
        assertExportIsStored();
        if (persistent()) {
            restart();
            assertExportIsStored();
        }
        clock.set(NOW.plusMillis(1));
        assertThat(http().get("/keys/soon").status()).isEqualTo(404);
        clock.set(Instant.parse("2031-01-01T00:00:00Z"));
        assertThat(http().get("/keys/zz").status()).isEqualTo(404);
        assertThat(http().get("/keys/a").status()).isEqualTo(200);
    }

    @Test
    void merge_overwritesExistingKeys() throws IOException {
        http().put("/keys/a", "old", "KV-TTL: 60", "Content-Type: text/x-old");
        http().put("/keys/other", "x");
        String rows =
                "{\"key\":\"a\",\"value\":\"new\"}{\"key\":\"b\",\"value\":\"1\"}\n\n{\"key\":\"b\",\"value\":\"2\"}";
        assertThat(succeeded(send("?mode=merge", rows)).toString())
                .isEqualTo("{\"imported\":3,\"skipped\":0,\"revision\":3}");
        assertThat(row("a")).isEqualTo("{\"key\":\"a\",\"value\":\"new\",\"revision\":3}");
        assertThat(http().get("/keys").text()).isEqualTo("{\"a\":\"new\",\"b\":\"2\",\"other\":\"x\"}");
    }

    @Test
    void skip_keepsExistingKeys() throws IOException {
        clock.set(NOW);
        http().put("/keys/a", "old", "KV-TTL: 60");
        http().put("/keys/due", "old", "KV-TTL: 1");
        clock.set(NOW.plusSeconds(1));
        String rows = """
                {"key":"a","value":"new"}
                {"key":"b","value":"1"}
                {"key":"b","value":"2"}
                {"key":"due","value":"new"}
                """;
        JsonNode json = succeeded(send("?mode=skip", rows));
        assertThat(json.get("imported").intValue()).isEqualTo(2);
        assertThat(json.get("skipped").intValue()).isEqualTo(2);
        assertThat(http().get("/keys/a").header("KV-TTL")).isEqualTo("59");
        assertThat(http().get("/keys").text()).isEqualTo("{\"a\":\"old\",\"b\":\"1\",\"due\":\"new\"}");
        long revision = http().request("HEAD", "/keys").revision();
        assertThat(succeeded(send("?mode=skip", rows)).get("skipped").intValue())
                .isEqualTo(4);
        assertThat(http().request("HEAD", "/keys").revision()).isEqualTo(revision);
    }

    @Test
    void replace_deletesKeysWithoutARow() throws IOException {
        clock.set(NOW);
        succeeded(send("", rows(0, 2_500, "old")));
        http().put("/keys/expired", "old");
        String rows = rows(1_200, 1_300, "new")
                + "{\"key\":\"expired\",\"value\":\"x\",\"expires\":\"2020-01-01T00:00:00Z\"}\n"
                + "{\"end\":true,\"count\":101,\"revision\":1}\n";
        JsonNode json = succeeded(send("?mode=replace", rows));
        assertThat(json.get("imported").intValue()).isEqualTo(100);
        assertThat(json.get("skipped").intValue()).isEqualTo(1);
        assertThat(json.get("deleted").intValue()).isEqualTo(2_401);
        assertThat(http().request("HEAD", "/keys").header("KV-Count")).isEqualTo("100");
        assertThat(http().get("/keys/k001200").text()).isEqualTo("new");
        assertThat(http().get("/keys/expired").status()).isEqualTo(404);
        for (String nothing : new String[] {"", "\n"}) {
            Answer refused = send("?mode=replace", nothing);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("would delete all keys");
        }
        assertThat(http().request("HEAD", "/keys").header("KV-Count")).isEqualTo("100");
        assertThat(succeeded(send("?mode=replace", "{\"end\":true,\"count\":0}"))
                        .get("deleted")
                        .intValue())
                .isEqualTo(100);
        assertThat(http().get("/keys").text()).isEqualTo("{}");
    }

    @Test
    void replace_keepsConcurrentWrites() {
        http().put("/keys/old", "old");
        http().put("/keys/rewritten", "old");
        try (RawHttp importing = connect()) {
            importing.head("POST /import?mode=replace HTTP/1.1", "Transfer-Encoding: chunked");
            chunk(importing, rows(0, 1_000, "x"));
            awaitKeys(1_002);
            http().put("/keys/rewritten", "new");
            http().put("/keys/late", "new");
            importing.send("0\r\n\r\n");
            assertThat(importing.answer().text()).contains("\"imported\":1000,").contains("\"deleted\":1,");
        }
        assertThat(http().get("/keys/old").status()).isEqualTo(404);
        assertThat(http().get("/keys/rewritten").text()).isEqualTo("new");
        assertThat(http().get("/keys/late").text()).isEqualTo("new");
    }

    private static void chunk(RawHttp http, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        http.send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n");
    }

    private void awaitKeys(int count) {
        String keys;
        do {
            keys = http().request("HEAD", "/keys").header("KV-Count");
        } while (!keys.equals(Integer.toString(count)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"key\":\"a\",\"value\":\"x\"}\n{\"key\":\"b\",\"valu\":\"x\"}\n",
                "{\"key\":\"a\",\"value\":\"x\"}\n{\"end\":true,\"count\":2,\"revision\":1}\n",
                "{\"key\":\"a\",\"value\":\"x\"}\n{\"key\":\"b\",\"va"
            })
    void replace_withAnInvalidInputDeletesNothing(String rows) {
        http().put("/keys/z", "old");
        Answer answer = send("?mode=replace", rows);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("\"imported\":1,\"skipped\":0").contains("\"detail\":\"line 2, ");
        assertThat(http().get("/keys").text()).isEqualTo("{\"a\":\"x\",\"z\":\"old\"}");
    }

    @Test
    void replace_withATruncatedBodyDeletesNothing() {
        http().put("/keys/z", "old");
        String rows = rows(0, 1_000, "x");
        try (RawHttp other = connect()) {
            other.head("POST /import?mode=replace HTTP/1.1", "Content-Length: " + (rows.length() + 1))
                    .send(rows)
                    .finish();
            assertThat(other.isClosedByServer()).isTrue();
        }
        try (RawHttp other = connect()) {
            other.head("POST /import?mode=replace HTTP/1.1", "Transfer-Encoding: chunked");
            chunk(other, rows);
            other.finish();
            assertThat(other.isClosedByServer()).isTrue();
        }
        Answer all = http().request("HEAD", "/keys");
        assertThat(all.header("KV-Count")).as("committed rows are kept").isEqualTo("1001");
        assertThat(all.revision()).isEqualTo(3);
    }

    @Test
    void rows_areCommittedInChunksOfLimitedSize() throws IOException {
        assertThat(succeeded(send("", rows(0, 2_500, "x"))).get("revision").longValue())
                .isEqualTo(3);
        assertThat(http().get("/keys/k000000").revision()).isEqualTo(1);
        assertThat(http().get("/keys/k000999").revision()).isEqualTo(1);
        assertThat(http().get("/keys/k001000").revision()).isEqualTo(2);
        assertThat(http().get("/keys/k002499").revision()).isEqualTo(3);
        // A chunk is also limited to a megabyte.
        assertThat(succeeded(send("", rows(0, 9, "x".repeat(300_000))))
                        .get("revision")
                        .longValue())
                .isEqualTo(6);
        assertThat(http().get("/keys/k000003").revision()).isEqualTo(4);
        assertThat(http().get("/keys/k000004").revision()).isEqualTo(5);
    }

    @Test
    void emptyImport_takesNoRevision() throws IOException {
        http().put("/keys/a", "x");
        assertThat(succeeded(send("", "")).toString()).isEqualTo("{\"imported\":0,\"skipped\":0,\"revision\":1}");
        assertThat(succeeded(send("", " \n\n")).get("revision").intValue()).isEqualTo(1);
        assertThat(succeeded(send("", "{\"end\":true,\"count\":0,\"revision\":99}"))
                        .get("revision")
                        .intValue())
                .isEqualTo(1);
    }
}
