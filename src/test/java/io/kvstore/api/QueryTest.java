package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import io.kvstore.testing.TestJson;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the filters, counts and formats of a listing. */
@EveryMode
class QueryTest extends ServedTest {

    private static final String NDJSON = "Accept: application/x-ndjson";

    @BeforeEach
    void fill() {
        for (String key : List.of("a", "b/1", "b/2", "b/2/x", "b0", "c d", "\u00e4", "\ud83d\ude00")) {
            http().put("/keys/" + encode(key), "value of " + key);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Test
    void filters_areCombined() throws IOException {
        for (String each : new String[] {
            "prefix=b%2F | b/1 b/2 b/2/x",
            "prefix=b/ | b/1 b/2 b/2/x",
            "prefix=b | b/1 b/2 b/2/x b0",
            "prefix=nothing | ",
            "prefix=%C3%A4 | \u00e4",
            "prefix=%F0%9F%98%80 | \ud83d\ude00",
            "start=b/2 | b/2 b/2/x b0 c_d \u00e4 \ud83d\ude00",
            "start=b/2%00 | b/2/x b0 c_d \u00e4 \ud83d\ude00",
            "end=b/2 | a b/1",
            "start=b/2&end=b0 | b/2 b/2/x",
            "start=b/2&end=b/2 | ",
            "start=c&end=b | ",
            "start=c&end=b&reverse=true | ",
            "start=b/2&end=b/2&reverse=true | ",
            "prefix=b&start=b/2&end=b/3 | b/2 b/2/x",
            "prefix=b&start=a&end=z | b/1 b/2 b/2/x b0",
            "prefix=b&start=c | ",
            "regex=2 | b/2 b/2/x",
            "regex=%5Eb.%5C%64$ | b/1 b/2",
            "regex=(%3Fi)B%2F&prefix=b/2 | b/2 b/2/x",
            "regex=%5E.$ | a \u00e4 \ud83d\ude00",
            "regex=%20 | c_d",
            "prefix=b&reverse=true | b0 b/2/x b/2 b/1",
            "start=b/2&end=b0&reverse=true | b/2/x b/2",
            "prefix=b&reverse=false | b/1 b/2 b/2/x b0",
            "prefix=b&limit=2 | b/1 b/2",
            "prefix=b&limit=2&reverse=true | b0 b/2/x",
            "regex=b&limit=100000&start=b/2 | b/2 b/2/x b0"
        }) {
            int bar = each.lastIndexOf(" | ");
            String expected = each.substring(bar + 3);
            assertListed(
                    each.substring(0, bar),
                    expected.isEmpty()
                            ? List.of()
                            : Stream.of(expected.split(" "))
                                    .map(key -> key.replace('_', ' '))
                                    .toList());
        }
    }

    private void assertListed(String query, List<String> keys) throws IOException {
        assertThat(fieldNames(http().get("/keys?" + query))).as(query).isEqualTo(keys);
        assertThat(keys(http().get("/keys?values=false&" + query))).as(query).isEqualTo(keys);
        Answer lines = http().get("/keys?" + query, NDJSON);
        List<String> rows = lines.text().lines().toList();
        assertThat(rows).hasSize(keys.size() + 1);
        for (int i = 0; i < keys.size(); i++) {
            JsonNode row = TestJson.parse(rows.get(i));
            assertThat(row.get("key").textValue()).isEqualTo(keys.get(i));
            assertThat(row.get("value").textValue()).isEqualTo("value of " + keys.get(i));
        }
        if (!query.contains("limit") && !query.contains("reverse")) {
            Answer count = http().get("/keys?count=true&" + query);
            assertThat(count.text()).isEqualTo("{\"count\":" + keys.size() + "}");
            assertThat(count.header("KV-Count")).isEqualTo(Integer.toString(keys.size()));
            assertThat(count.revision()).isEqualTo(8);
            Answer head = http().request("HEAD", "/keys?" + query);
            assertThat(head.header("KV-Count")).isEqualTo(Integer.toString(keys.size()));
            assertThat(head.revision()).isEqualTo(8);
        }
    }

    private static List<String> fieldNames(Answer answer) throws IOException {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.revision()).isEqualTo(8);
        List<String> names = new ArrayList<>();
        answer.json().fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> keys(Answer answer) throws IOException {
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Vary")).isEqualTo("Accept");
        return TestJson.strings(answer.body());
    }

    @Test
    void count_withoutAFilterCountsAllKeys() {
        Answer answer = http().get("/keys?count=true");
        assertThat(answer.text()).isEqualTo("{\"count\":8}");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Content-Length")).isEqualTo("11");
        assertThat(answer.header("KV-Count")).isEqualTo("8");
        assertThat(answer.header("Vary")).isEqualTo("Accept");
        assertThat(http().request("HEAD", "/keys?count=true").header("Content-Length"))
                .isEqualTo("11");
        assertThat(http().get("/keys?count=true", NDJSON).text()).isEqualTo("{\"count\":8}");
        assertThat(http().get("/keys?count=false&limit=1&values=false").text()).isEqualTo("[\"a\"]");
    }

    @Test
    void expiredKeys_areNeitherCountedNorListed() {
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        http().put("/keys/b/due", "x", "KV-TTL: 1s");
        http().put("/keys/b/later", "x", "KV-TTL: 2s");
        assertThat(http().request("HEAD", "/keys?prefix=b").header("KV-Count")).isEqualTo("6");
        clock.advance(Duration.ofSeconds(1));
        assertThat(http().request("HEAD", "/keys?prefix=b").header("KV-Count")).isEqualTo("5");
        assertThat(http().get("/keys?regex=due%7Clater&count=true").text()).isEqualTo("{\"count\":1}");
        assertThat(http().get("/keys?count=true").text()).isEqualTo("{\"count\":9}");
        assertThat(http().get("/keys?prefix=b/due").text()).isEqualTo("{}");
        assertThat(http().get("/keys?prefix=b/due&values=false").text()).isEqualTo("[]");
        Answer page = http().get("/keys?prefix=b/2/x&limit=1&values=false");
        assertThat(page.header("KV-Next-Cursor")).isNull();
        Answer before = http().get("/keys?start=b/2/x&end=b/l&limit=1&values=false");
        assertThat(before.text()).isEqualTo("[\"b/2/x\"]");
        assertThat(before.header("KV-Next-Cursor"))
                .as("only an expired key follows")
                .isNull();
    }

    @Test
    void lines_containTheWholeRow() {
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        http().put("/keys/z/1", "t\u00e4xt\n", "Content-Type: text/x");
        http().request("PUT", "/keys/z/2", new byte[] {(byte) 0xFF, 0}, "KV-TTL: 60");
        Answer answer = http().get("/keys?prefix=z/", NDJSON);
        assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(answer.header("Vary")).isEqualTo("Accept");
        assertThat(answer.text()).isEqualTo("""
                        {"key":"z/1","value":"t\u00e4xt\\n","revision":9,"type":"text/x"}
                        {"key":"z/2","base64":"/wA=","revision":10,"expires":"2030-01-01T00:01:00Z"}
                        {"end":true,"count":2,"revision":10}
                        """);
        assertThat(http().get("/keys?prefix=z/&values=false", NDJSON).text()).isEqualTo("""
                        {"key":"z/1","revision":9,"type":"text/x"}
                        {"key":"z/2","revision":10,"expires":"2030-01-01T00:01:00Z"}
                        {"end":true,"count":2,"revision":10}
                        """);
        assertThat(http().get("/keys?prefix=none", NDJSON).text())
                .isEqualTo("{\"end\":true,\"count\":0,\"revision\":10}\n");
    }

    @Test
    void head_hasTheHeadersOfGet() {
        for (String query : new String[] {
            "",
            "?prefix=b",
            "?limit=2",
            "?limit=2&reverse=true",
            "?limit=8",
            "?values=false&limit=3&regex=b",
            "?count=true"
        }) {
            for (String accept : new String[] {"Accept: */*", NDJSON}) {
                Answer get = http().get("/keys" + query, accept);
                Answer head = http().request("HEAD", "/keys" + query, accept);
                assertThat(head.body()).isEmpty();
                for (String name : new String[] {
                    "Content-Type", "Content-Length", "KV-Revision", "KV-Next-Cursor", "Link", "Cache-Control", "Vary"
                }) {
                    assertThat(head.header(name)).as(query + " " + name).isEqualTo(get.header(name));
                }
            }
        }
    }
}
