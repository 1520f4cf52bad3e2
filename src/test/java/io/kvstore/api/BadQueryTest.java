package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests invalid parameters of listings and deletions. One storage mode suffices, as the store is not accessed. */
@Tag("http")
class BadQueryTest {

    private static Server server;
    private static RawHttp http;

    @BeforeAll
    static void start() {
        server = TestServer.start(StorageMode.MEMORY, Path.of("unused"));
        http = RawHttp.connect(server.port());
        http.put("/keys/a", "x");
        http.put("/keys/" + "a".repeat(1_000), "x");
    }

    @AfterAll
    static void stop() {
        http.close();
        server.close();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Form encoders send a space as a plus sign, so the request may mean other keys. */
    @ParameterizedTest
    @CsvSource({
        "DELETE,/keys?prefix=my+dir/",
        "DELETE,/keys?start=a+&end=b",
        "GET,/keys?prefix=my+dir/",
        "GET,/keys?regex=a+",
        "GET,/watch?prefix=my+dir/",
        "GET,/export?start=my+dir/",
        "POST,/import?mode=+skip",
        "PUT,/keys/b?ttl=+5",
        "GET,/keys?my+name=1"
    })
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a watch that is not refused lasts
    void plusSign_isRefusedInEveryQuery(String method, String target) throws IOException {
        assertThat(detailOf400(method, target)).contains("send %20 for a space, %2B for a plus sign");
    }

    @Test
    void plusSign_isPartOfAKeyInAPath() throws IOException {
        http.put("/keys/my+dir", "plus");
        assertThat(http.get("/keys/my%2Bdir").text()).isEqualTo("plus");
        assertThat(http.get("/keys/my%20dir").status()).isEqualTo(404);
        assertThat(http.request("DELETE", "/keys?prefix=my%20dir")
                        .json()
                        .get("deleted")
                        .intValue())
                .isZero();
        assertThat(http.request("DELETE", "/keys?prefix=my%2Bdir")
                        .json()
                        .get("deleted")
                        .intValue())
                .isEqualTo(1);
    }

    private static String detailOf400(String method, String target) throws IOException {
        Answer answer = http.request(method, target);
        assertThat(answer.status()).as(target).isEqualTo(400);
        return answer.json().get("detail").textValue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "x=1",
                "Prefix=a",
                "all=true",
                "prefix",
                "prefix=",
                "prefix=a&prefix=a",
                "start=",
                "end=",
                "regex=",
                "cursor=",
                "limit=",
                "limit=0",
                "limit=-1",
                "limit=100001",
                "limit=99999999999999999999",
                "limit=x",
                "limit=1.5",
                "limit=+1",
                "limit=1&limit=1",
                "reverse=yes",
                "reverse=TRUE",
                "reverse=1",
                "values=0",
                "count=1",
                "cursor=x",
                "prefix=%FF",
                "count=true&limit=1",
                "count=true&values=false",
                "count=true&reverse=true",
                "count=true&reverse=false",
            })
    void invalidParameter_is400(String query) throws IOException {
        String name = query.substring(query.lastIndexOf('&') + 1).replaceAll("=.*", "");
        assertThat(detailOf400("GET", "/keys?" + query)).contains(query.endsWith("%FF") ? "query" : name);
        assertThat(http.request("HEAD", "/keys?" + query).status()).isEqualTo(400);
    }

    @Test
    void prefix_longerThanAKeyIs400() throws IOException {
        for (String name : new String[] {"prefix", "start", "end"}) {
            assertThat(http.get("/keys?" + name + "=" + "b".repeat(65_535)).status())
                    .isEqualTo(200);
            assertThat(detailOf400("GET", "/keys?" + name + "=" + "b".repeat(65_536)))
                    .contains(name, "65535", "65536");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[a", "*", "a**", "a{1001}", "(?=a)", "\\8", "a\\"})
    void invalidRegex_is400WithTheReason(String regex) throws IOException {
        assertThat(detailOf400("GET", "/keys?regex=" + encode(regex)))
                .contains("regex")
                .containsAnyOf("missing", "invalid", "trailing", "unexpected");
        assertThat(detailOf400("DELETE", "/keys?regex=" + encode(regex))).contains("regex");
    }

    /** Without a limit, each of these fills the heap, takes seconds, or overflows the stack. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "((((x{100}){100}){100}){100})",
                "(x{1000}){1000}",
                "(?:(?:x{30}){30}){1000}",
                "(x{0,1000}){0,1000}",
                "(?:(?:x{1000}\\Q\\E{1000})\\Q\\E{1000})\\Q\\E{1000}",
                "(?:(?:x{1000})(?i){1000})(?i){1000}",
                "(a?){1000}",
                "x{999}",
            })
    void regex_thatExpandsTooFarIs400(String regex) throws IOException {
        assertThat(detailOf400("GET", "/keys?regex=" + encode(regex))).contains("regex");
    }

    @Test
    void regex_isLimitedInLength() throws IOException {
        assertThat(http.get("/keys?values=false&regex=" + "a".repeat(256)).status())
                .isEqualTo(200);
        assertThat(detailOf400("GET", "/keys?regex=" + "a".repeat(257))).contains("regex", "256", "257");
    }

    @Test
    void regex_atTheLimitDoesNotOverflowTheStack() {
        for (String regex : new String[] {
            "(?:a?){240}b", "(".repeat(120) + "a*" + ")".repeat(120) + "b", "(?:a?|b?){98}b", "(a*)*".repeat(40) + "b"
        }) {
            assertThat(http.get("/keys?count=true&regex=" + encode(regex)).text())
                    .as(regex)
                    .isEqualTo("{\"count\":0}");
        }
    }

    /** A backtracking matcher would need exponential time for each of these. */
    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "^(a|aa)+b$", "^(a*)*c", "(.*a){11}b"})
    void regex_isMatchedInLinearTime(String regex) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> assertThat(http.get("/keys?values=false&regex=" + encode(regex))
                                .status())
                        .isEqualTo(200));
    }

    @Test
    void modifiedCursor_is400() throws IOException {
        String cursor = http.get("/keys?limit=1").header("KV-Next-Cursor");
        assertThat(http.get("/keys?cursor=" + cursor).status()).isEqualTo(200);
        for (int i = 0; i < cursor.length(); i++) {
            char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(detailOf400("GET", "/keys?cursor=" + cursor.substring(0, i) + other + cursor.substring(i + 1)))
                    .contains("cursor");
            assertThat(detailOf400("GET", "/keys?cursor=" + cursor.substring(0, i) + cursor.substring(i + 1)))
                    .contains("cursor");
        }
        for (String wrong : new String[] {cursor + "A", cursor + "=", "AAAA", "%00", "!", cursor + "%20"}) {
            assertThat(detailOf400("GET", "/keys?cursor=" + wrong)).contains("cursor");
        }
    }

    @Test
    void cursor_withoutAValidKeyIs400() throws IOException {
        for (byte[] bytes : new byte[][] {{1, 0}, {1, 0, (byte) 0xFF}, {2, 0, 'a'}, {1, 2, 'a'}}) {
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            byte[] whole = ByteBuffer.allocate(bytes.length + 4)
                    .put(bytes)
                    .putInt((int) crc.getValue())
                    .array();
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
            assertThat(detailOf400("GET", "/keys?cursor=" + text)).contains("cursor");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?",
                "?all=false",
                "?all=",
                "?all=1",
                "?all=true&prefix=a",
                "?all=true&all=true",
                "?prefix=a&prefix=a",
                "?prefix=",
                "?prefix=a&limit=1",
                "?prefix=a&values=false",
                "?prefix=a&reverse=true",
                "?prefix=a&cursor=x",
                "?prefix=a&count=true",
                "?prefx=a"
            })
    void delete_withInvalidParametersIs400(String query) throws IOException {
        String name = query.substring(query.lastIndexOf('&') + 1).replaceAll("[?]|=.*", "");
        assertThat(detailOf400("DELETE", "/keys" + query)).contains(query.startsWith("?all=true") ? "all" : name);
        assertThat(http.get("/keys?count=true").text()).isEqualTo("{\"count\":2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-Match: *", "If-None-Match: *", "If-Unmodified-Since: Thu, 01 Jan 2026 00:00:00 GMT"})
    void bulkDeletion_rejectsConditions(String condition) {
        Answer answer = http.request("DELETE", "/keys?all=true", condition);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains(condition.substring(0, condition.indexOf(':')));
        assertThat(http.get("/keys?count=true").text()).isEqualTo("{\"count\":2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"start=a", "regex=a", "limit=1", "prefix=", "prefix=a&prefix=a", "x", "count=true"})
    void export_acceptsOnlyAPrefix(String query) throws IOException {
        assertThat(detailOf400("GET", "/export?" + query)).contains(query.replaceAll("=.*", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                              | json",
                "*/*                                             | json",
                "application/json                                | json",
                "text/html                                       | json",
                "application/x-ndjson                            | lines",
                "APPLICATION/X-NDJSON                            | lines",
                "application/x-ndjson; charset=utf-8             | lines",
                "application/x-ndjson, */*                       | lines",
                "text/html, application/x-ndjson;q=0.1           | lines",
                "application/x-ndjson, application/json          | json",
                "application/x-ndjson;q=0.5, application/json    | json",
                "application/x-ndjson, application/json;q=0.9    | lines",
                "application/x-ndjson;q=0.9, */*                 | json",
                "application/x-ndjson;q=0                        | json",
                "application/x-ndjson;q=0.000, */*               | json",
                "application/*                                   | json",
                "application/json;q=0, application/*;q=0.001     | lines",
                "application/json;q=0, */*                       | lines",
                "application/x-ndjson;q=x                        | json",
                "application/x-ndjson;q=1.1                      | json",
                "application/x-ndjson;q=1.000                    | lines",
                ",, application/x-ndjson ,                       | lines",
            })
    void accept_selectsTheFormat(String accept, String format) {
        String type = format.equals("lines") ? "application/x-ndjson" : "application/json";
        assertThat(http.get("/keys", "Accept: " + accept).header("Content-Type"))
                .isEqualTo(type);
        assertThat(http.request("HEAD", "/keys", "Accept: text/plain", "Accept: " + accept)
                        .header("Content-Type"))
                .isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                      | false",
                "gzip                    | true",
                "GZIP                    | true",
                "x-gzip                  | true",
                "deflate, gzip, br       | true",
                "gzip;q=0.001            | true",
                "gzip;q=0                | false",
                "gzip;q=0, *             | false",
                "*                       | true",
                "*;q=0                   | false",
                "*;q=0, gzip             | true",
                "identity                | false",
                "identity, gzip;q=0.5    | false",
                "identity;q=0.5, gzip    | true",
                "identity;q=0.5, *       | true",
                "br                      | false",
                "gzipped                 | false",
            })
    void acceptEncoding_selectsGzip(String accept, boolean gzip) {
        Answer answer = http.request("HEAD", "/export", "Accept-Encoding: " + accept);
        assertThat(answer.header("Content-Encoding")).isEqualTo(gzip ? "gzip" : null);
        assertThat(answer.header("Vary")).isEqualTo("Accept-Encoding");
    }
}
