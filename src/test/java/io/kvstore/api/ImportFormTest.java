package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests invalid rows and the accepted encodings of the body of {@code POST /import}. */
@Tag("http")
class ImportFormTest {

    private static final String GOOD = "{\"key\":\"a\",\"value\":\"x\"}\n";

    private Server server;
    private RawHttp http;

    @BeforeEach
    void start() {
        server = TestServer.start(StorageMode.MEMORY, Path.of("unused"), "--max_value_bytes", "1000");
        http = RawHttp.connect(server.port());
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private Answer send(byte[] rows, String... headers) {
        return http.request("POST", "/import", rows, headers);
    }

    private Answer send(String rows, String... headers) {
        return send(rows.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private void bad(byte[] rows, int imported, String... parts) {
        Answer answer = send(rows);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text())
                .contains(parts)
                .contains("\"imported\":" + imported + ",\"skipped\":0")
                .doesNotContain("Source");
        assertThat(http.request("HEAD", "/keys").header("KV-Count")).isEqualTo(Integer.toString(imported));
    }

    /** Checks that the third line is rejected and the lines before it are imported. */
    private void badRow(String row, String... parts) {
        String rows = GOOD + "{\"key\":\"b\",\"value\":\"x\"}\n" + row + "\n{\"key\":\"c\",\"value\":\"x\"}\n";
        bad(rows.getBytes(StandardCharsets.UTF_8), 2, parts);
        assertThat(http.get("/keys").text()).isEqualTo("{\"a\":\"x\",\"b\":\"x\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"value":"x"}                                                | the row needs a key
            {}                                                           | the row needs a key
            {"key":"d"}                                                  | either value or base64, and this one has neither
            {"key":"d","value":"x","base64":"eA=="}                      | either value or base64, and this one has both
            {"key":"d","value":null}                                     | value must be a string, not null
            {"key":"d","value":7}                                        | value must be a string, not a number
            {"key":["d"],"value":"x"}                                    | key must be a string, not an array
            {"key":"","value":"x"}                                       | key is empty
            {"key":"\\ud800","value":"x"}                                | key has an unpaired surrogate
            {"key":"d","value":"\\udc00"}                                | value has an unpaired surrogate
            {"key":"d","base64":"eA"}                                    | base64 must be base64
            {"key":"d","base64":"x?=="}                                  | base64 must be base64
            {"key":"d","value":"x","valeu":"x"}                          | unknown field 'valeu'
            {"key":"d","value":"x","event":"put"}                        | unknown field 'event'
            {"key":"d","value":"x","ttl":60}                             | unknown field 'ttl'
            {"key":"d","value":"x","key":"e"}                            | Duplicate field 'key'
            {"key":"d","value":"x","revision":"12"}                      | revision must be a 64-bit integer
            {"key":"d","value":"x","type":7}                             | type must be a string
            {"key":"d","value":"x","type":" "}                           | type must not be empty
            {"key":"d","value":"x","type":"a\\u00e4"}                    | type must be printable ASCII
            {"key":"d","value":"x","expires":"tomorrow"}                 | expires must be a time
            {"key":"d","value":"x","expires":"2031-01-01"}               | expires must be a time
            {"key":"d","value":"x","expires":"2031-02-30T00:00:00Z"}     | expires must be a time
            {"key":"d","value":"x","expires":"2031-01-01T00:00:00"}      | expires must be a time
            {"key":"d","value":"x","expires":"+10000-01-01T00:00:00Z"}   | expires must be a time
            {"key":"d","value":"x","expires":"+1000000000-12-31T00:00:00Z"} | expires must be a time
            {"key":"d","value":"x","expires":1924992000}                 | expires must be a string
            {"key":"d","value":"x","count":1}                            | only the end row has the field count
            {"end":false,"count":2}                                      | end must be true, not false
            {"end":true}                                                 | the end row has no count, but follows 2 rows
            {"end":true,"count":3,"revision":1}                          | the end row has the count 3, but follows 2 rows
            {"end":true,"count":2,"key":"d","value":"x"}                 | the end row must have only the fields end, count
            ["d"]                                                        | a row must be an object, not an array
            "d"                                                          | a row must be an object, not a string
            {"key":"d","value":"x"                                       | not JSON
            {"key":"d","value":"x}                                       | not JSON
            {"key":"d" "value":"x"}                                      | not JSON
            key,value                                                    | not JSON
            """)
    void invalidRow_is400WithItsLine(String row, String message) {
        badRow(row, message, "line ");
    }

    @Test
    void invalidRow_isReportedWithLineAndColumn() {
        badRow("{\"key\":\"d\"}", "line 3, column 11: ");
        badRow("{\"key\":\"d\",\"valeu\":\"x\"}", "line 3, column 20: ");
    }

    @Test
    void lengths_areLimitedAsInTheStore() {
        String longest = "ä".repeat(500);
        String base64 = Base64.getEncoder().encodeToString(new byte[1_000]);
        String more = Base64.getEncoder().encodeToString(new byte[1_001]);
        assertThat(send("{\"key\":\"a\",\"value\":\"" + longest + "\"}{\"key\":\"b\",\"base64\":\"" + base64 + "\"}"
                                + "{\"key\":\"" + "k".repeat(1_024) + "\",\"value\":\"\",\"type\":\"" + "t".repeat(255)
                                + "\"}")
                        .text())
                .contains("\"imported\":3");
        for (String row : new String[] {
            "{\"key\":\"d\",\"value\":\"x" + longest + "\"}", "{\"key\":\"d\",\"base64\":\"" + more + "\"}"
        }) {
            Answer answer = send(GOOD + row);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("line 2, ").contains("has at most 1000 bytes");
        }
        assertThat(send("{\"key\":\"" + "k".repeat(1_025) + "\",\"value\":\"\"}")
                        .text())
                .contains("key has at most 1024 bytes");
        assertThat(send("{\"key\":\"d\",\"value\":\"\",\"type\":\"" + "t".repeat(256) + "\"}")
                        .text())
                .contains("type must have at most 255 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"key\":\"",
                "{\"key\":\"d\",\"value\":\"",
                "{\"key\":\"d\",\"base64\":\"",
                "{\"",
                "{\"revision\":1"
            })
    void endlessLine_isRejectedBeforeItIsReadWhole(String start) {
        http.head("POST /import HTTP/1.1", "Transfer-Encoding: chunked");
        byte[] rows = (GOOD + start + "1".repeat(200_000)).getBytes(StandardCharsets.US_ASCII);
        http.send(Integer.toHexString(rows.length) + "\r\n").send(rows).send("\r\n");
        Answer answer = http.answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("line 2, ").contains("\"imported\":1");
    }

    @Test
    void rowsAfterTheEndRow_are400() {
        bad(
                (GOOD + "{\"end\":true,\"count\":1}\n" + GOOD).getBytes(StandardCharsets.UTF_8),
                1,
                "line 3, ",
                "after the end row");
    }

    @Test
    void bytesThatAreNotUtf8_are400() {
        bad(
                join(GOOD.getBytes(StandardCharsets.UTF_8), "{\"key\":\"".getBytes(StandardCharsets.UTF_8), new byte[] {
                    (byte) 0xFF
                }),
                1,
                "line 2, ",
                "not valid UTF-8");
        assertThat(send(GOOD.getBytes(StandardCharsets.UTF_16)).status()).isEqualTo(400);
        assertThat(send(GOOD.getBytes(StandardCharsets.UTF_16LE)).status()).isEqualTo(400);
        assertThat(send("\uFEFF" + GOOD).status()).isEqualTo(400);
    }

    @Test
    void gzip_isDetectedWithAndWithoutItsHeader() throws IOException {
        byte[] zipped = ImportTest.gzip(GOOD.getBytes(StandardCharsets.UTF_8));
        for (String encoding : new String[] {"gzip", "GZIP", "x-gzip", "identity"}) {
            assertThat(send(zipped, "Content-Encoding: " + encoding).status()).isEqualTo(200);
        }
        assertThat(send(zipped).status()).isEqualTo(200);
        assertThat(send(GOOD, "Content-Encoding: identity").status()).isEqualTo(200);
        assertThat(send(GOOD, "Content-Encoding: gzip").status()).isEqualTo(400);
        assertThat(send("", "Content-Encoding: gzip").status()).isEqualTo(400);
        for (String encoding : new String[] {"br", "deflate", "gzip, gzip"}) {
            assertThat(send(zipped, "Content-Encoding: " + encoding).status()).isEqualTo(415);
        }
    }

    @Test
    void gzip_ofSeveralMembersIsReadWhole() throws IOException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            members.writeBytes(ImportTest.gzip(
                    ImportTest.rows(i * 1_000, (i + 1) * 1_000, "x").getBytes(StandardCharsets.UTF_8)));
        }
        http.head("POST /import HTTP/1.1", "Transfer-Encoding: chunked");
        for (byte b : members.toByteArray()) {
            http.send(new byte[] {'1', '\r', '\n', b, '\r', '\n'});
        }
        http.send("0\r\n\r\n");
        assertThat(http.answer().text()).contains("\"imported\":3000");
    }

    @Test
    void brokenGzip_is400() throws IOException {
        byte[] rows = GOOD.getBytes(StandardCharsets.UTF_8);
        byte[] zipped = ImportTest.gzip(rows);
        for (int length = 2; length < zipped.length; length++) {
            Answer answer = send(Arrays.copyOf(zipped, length));
            assertThat(answer.status())
                    .as("%s of %s bytes", length, zipped.length)
                    .isEqualTo(400);
            assertThat(answer.text()).contains("the gzip data is cut off");
        }
        byte[] damaged = zipped.clone();
        damaged[damaged.length - 6] ^= 1;
        assertThat(send(damaged).text()).contains("checksum");
        damaged = zipped.clone();
        damaged[2] = 9;
        assertThat(send(damaged).text()).contains("unknown compression method");
        damaged = zipped.clone();
        damaged[10] = (byte) 0xFF;
        assertThat(send(damaged).text()).contains("malformed gzip data");
        assertThat(send(join(zipped, rows)).text()).contains("no gzip header");
        assertThat(send(join(zipped, zipped)).status()).isEqualTo(200);
    }

    @Test
    void gzip_withEveryOptionalHeaderFieldIsRead() throws IOException {
        byte[] zipped = ImportTest.gzip(GOOD.getBytes(StandardCharsets.UTF_8));
        byte[] head = Arrays.copyOf(zipped, 10);
        head[3] = 2 | 4 | 8 | 16;
        byte[] fields = {3, 0, 'x', 'y', 'z', 'n', 'a', 'm', 'e', 0, 'c', 0, 1, 2};
        assertThat(send(join(head, fields, Arrays.copyOfRange(zipped, 10, zipped.length)))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void gzip_ofAnEndlessRowIsRejectedAtTheLimit() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            out.write((GOOD + "{\"key\":\"d\",\"value\":\"").getBytes(StandardCharsets.UTF_8));
            byte[] more = new byte[1 << 20];
            Arrays.fill(more, (byte) 'x');
            for (int i = 0; i < 64; i++) {
                out.write(more);
            }
        }
        bad(bomb.toByteArray(), 1, "line 2, ", "value has at most 1000 bytes");
    }

    @Test
    void error_reachesAClientThatFirstSendsAllOfALongBody() {
        byte[] rest = new byte[32 << 20];
        byte[] start = "nonsense\n".getBytes(StandardCharsets.UTF_8);
        http.head("POST /import HTTP/1.1", "Content-Length: " + (start.length + rest.length))
                .send(start)
                .send(rest);
        assertThat(http.answer().status()).isEqualTo(400);
        assertThat(http.get("/livez").text()).as("the connection stays usable").isEqualTo("ok");
    }

    @Test
    void otherMethodsAndParameters_areRejected() {
        Answer get = http.get("/import");
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.header("Allow")).isEqualTo("POST, OPTIONS");
        assertThat(http.request("OPTIONS", "/import").header("Allow")).isEqualTo("POST, OPTIONS");
        Answer mode = http.request("POST", "/import?mode=overwrite", GOOD.getBytes(StandardCharsets.UTF_8));
        assertThat(mode.status()).isEqualTo(400);
        assertThat(mode.text()).contains("merge, skip or replace").contains("'overwrite'");
        assertThat(http.request("POST", "/import?prefix=a").status()).isEqualTo(400);
        assertThat(http.get("/keys").text()).isEqualTo("{}");
    }
}
