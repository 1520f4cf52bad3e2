package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends invalid batches: the response states the position and the reason, and nothing is changed. */
@Tag("http")
class BatchFormTest {

    private static Server server;

    private RawHttp http;

    @BeforeAll
    static void start() {
        server = TestServer.start(StorageMode.MEMORY, Path.of("unused"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        http = RawHttp.connect(server.port());
    }

    @AfterEach
    void close() {
        http.close();
    }

    private Answer send(String body, String... headers) {
        return http.request("POST", "/batch", body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private void bad(String body, String... parts) {
        bad(body.getBytes(StandardCharsets.UTF_8), 400, parts);
    }

    private void bad(byte[] body, int status, String... parts) {
        Answer answer = http.request("POST", "/batch", body, "Content-Type: application/json");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text()).contains(parts).doesNotContain("Stream").doesNotContain("Source");
        Answer all = http.request("HEAD", "/keys");
        assertThat(all.header("KV-Count")).isEqualTo("0");
        assertThat(all.revision()).isEqualTo(0);
    }

    private void badOp(String op, String... parts) {
        bad("{\"ops\":[\n{\"op\":\"get\",\"key\":\"a\"},\n" + op + "]}", parts);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/plain",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: application/json5",
                "Content-Type: application/problem+json",
                "X-Other: 1"
            })
    void otherMediaType_is415(String header) {
        Answer answer = send("{\"ops\":[]}", header);
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.text()).contains("application/json");
    }

    @Test
    void mediaType_isAcceptedInAnyCaseAndWithParameters() {
        assertThat(send("{\"ops\":[]}", "Content-Type: Application/JSON ; charset=utf-8")
                        .status())
                .isEqualTo(200);
        assertThat(send("{\"ops\":[]}", "Content-Type: application/json", "Content-Encoding: gzip")
                        .status())
                .isEqualTo(415);
        assertThat(send("{\"ops\":[]}", "Content-Type: application/json", "Content-Encoding: identity")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"op":"putt","key":"a","value":"x"}                          | ops[1].op must be one of put
            {"op":1,"key":"a"}                                           | ops[1].op must be a string
            {"key":"a","value":"x"}                                      | ops[1] needs op
            {"op":"put","value":"x"}                                     | ops[1] needs key
            {"op":"put","key":null,"value":"x"}                          | ops[1].key must be a string, not null
            {"op":"put","key":7,"value":"x"}                             | ops[1].key must be a string, not a number
            {"op":"put","key":"","value":"x"}                            | ops[1].key is empty
            {"op":"put","key":"\\ud800","value":"x"}                     | ops[1].key has an unpaired surrogate
            {"op":"put","key":"\\udc00\\ud800","value":"x"}              | ops[1].key has an unpaired surrogate
            {"op":"put","key":"a","value":"x\\ud800y"}                   | ops[1].value has an unpaired surrogate
            {"op":"put","key":"a"}                                       | ops[1] needs either value or base64, and has neither
            {"op":"put","key":"a","value":"x","base64":"eA=="}           | ops[1] needs either value or base64, and has both
            {"op":"put","key":"a","value":{"deep":1}}                    | ops[1].value must be a string, not an object
            {"op":"put","key":"a","value":[]}                            | ops[1].value must be a string, not an array
            {"op":"put","key":"a","value":true}                          | ops[1].value must be a string, not true
            {"op":"put","key":"a","value":1.5}                           | ops[1].value must be a string, not a number with
            {"op":"put","key":"a","base64":"e"}                          | ops[1].base64 must be base64
            {"op":"put","key":"a","base64":"eA"}                         | ops[1].base64 must be base64
            {"op":"put","key":"a","base64":"e!=="}                       | ops[1].base64 must be base64
            {"op":"put","key":"a","base64":"-_8="}                       | ops[1].base64 must be base64
            {"op":"put","key":"a","base64":7}                            | ops[1].base64 must be a string
            {"op":"put","key":"a","value":"x","type":""}                 | ops[1].type must not be empty
            {"op":"put","key":"a","value":"x","type":"a\\nb"}            | ops[1].type must be printable ASCII
            {"op":"put","key":"a","value":"x","ttl":0}                   | ops[1].ttl must be a number of seconds
            {"op":"put","key":"a","value":"x","ttl":-1}                  | ops[1].ttl must be a number of seconds
            {"op":"put","key":"a","value":"x","ttl":1.5}                 | ops[1].ttl must be an integer
            {"op":"put","key":"a","value":"x","ttl":"1y"}                | ops[1].ttl must be a number of seconds
            {"op":"put","key":"a","value":"x","ttl":""}                  | ops[1].ttl must be a number of seconds
            {"op":"put","key":"a","value":"x","ttl":null}                | ops[1].ttl must be an integer, not null
            {"op":"put","key":"a","value":"x","if_match":"e-1"}          | ops[1].if_match must be * or a list
            {"op":"put","key":"a","value":"x","if_none_match":""}        | ops[1].if_none_match must be * or a list
            {"op":"put","key":"a","value":"x","if_match":["*"]}          | ops[1].if_match must be a string
            {"op":"put","key":"a","value":"x","by":1}                    | ops[1].by has no meaning for put
            {"op":"put","key":"a","valu":"x"}                            | ops[1] has an unknown field 'valu'
            {"op":"put","key":"a","value":"x","Value":"x"}               | ops[1] has an unknown field 'Value'
            {"op":"put","key":"a","value":"x","revision":1}              | ops[1] has an unknown field 'revision'
            {"op":"put","key":"a","key":"b","value":"x"}                 | Duplicate field 'key'
            {"op":"put","key":"a","value":"x","k\\u0065y":"b"}           | Duplicate field 'key'
            {"op":"delete","key":"a","value":"x"}                        | ops[1].value has no meaning for delete
            {"op":"delete","key":"a","exists":true}                      | ops[1].exists has no meaning for delete
            {"op":"increment","key":"a","by":1.0}                        | ops[1].by must be a 64-bit integer, not a number with
            {"op":"increment","key":"a","by":9223372036854775808}        | ops[1].by must be a 64-bit integer
            {"op":"increment","key":"a","by":"1"}                        | ops[1].by must be a 64-bit integer, not a string
            {"op":"increment","key":"a","value":"1"}                     | ops[1].value has no meaning for increment
            {"op":"append","key":"a"}                                    | ops[1] needs either value or base64
            {"op":"touch","key":"a"}                                     | ops[1] needs ttl
            {"op":"touch","key":"a","ttl":"keep"}                        | ops[1].ttl must be a time to live
            {"op":"persist","key":"a","ttl":1}                           | ops[1].ttl has no meaning for persist
            {"op":"get","key":"a","if_match":"*"}                        | ops[1].if_match has no meaning for get
            {"op":"check","key":"a"}                                     | ops[1] needs either exists or if_match, and has neither
            {"op":"check","key":"a","exists":true,"if_match":"*"}        | ops[1] needs either exists or if_match, and has both
            {"op":"check","key":"a","exists":1}                          | ops[1].exists must be true or false
            {"op":"check","key":"a","exists":"true"}                     | ops[1].exists must be true or false
            []                                                           | ops[1] must be an object, not an array
            null                                                         | ops[1] must be an object, not null
            "put"                                                        | ops[1] must be an object, not a string
            """)
    void badOperation_is400WithItsPosition(String op, String message) {
        badOp(op, message, "line 3, column ");
    }

    @Test
    void key_tooLongIs400() {
        badOp("{\"op\":\"get\",\"key\":\"" + "k".repeat(1_025) + "\"}", "ops[1].key has at most 1024 bytes", "1025");
        badOp("{\"op\":\"get\",\"key\":\"" + "ä".repeat(513) + "\"}", "ops[1].key has at most 1024 bytes", "1026");
        assertThat(send(
                                "{\"ops\":[{\"op\":\"get\",\"key\":\"" + "ä".repeat(512) + "\"}]}",
                                "Content-Type: application/json")
                        .status())
                .isEqualTo(200);
        badOp(
                "{\"op\":\"put\",\"key\":\"a\",\"value\":\"\",\"type\":\"" + "t".repeat(256) + "\"}",
                "ops[1].type must have at most 255");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                 | a batch must be an object, not nothing
            `   `                                              | a batch must be an object, not nothing
            null                                               | a batch must be an object, not null
            []                                                 | a batch must be an object, not an array
            {}                                                 | a batch has ops
            {"op":[]}                                          | unknown field 'op'
            {"ops":[],"more":1}                                | unknown field 'more'
            {"ops":[],"ops":[]}                                | Duplicate field 'ops'
            {"ops":{}}                                         | ops must be an array, not an object
            {"ops":[]} {"ops":[]}                              | there is more after the batch
            {"ops":[]}x                                        | not JSON: Unrecognized token 'x'
            {"ops":[}                                          | not JSON: Unexpected close marker
            {"ops":[]                                          | the JSON is incomplete
            {"ops":[{"op":"get","key":"a                       | the JSON is incomplete
            {"ops":[{"op":"put","key":"a","base64":"eA         | the JSON is incomplete
            {"ops":[],}                                        | not JSON
            {"ops":[{"op":"get","key":"a"},]}                  | not JSON
            {'ops':[]}                                         | not JSON
            {"ops":[]/**/}                                     | not JSON
            {"ops":[{"op":"get","key":"\\x"}]}                 | not JSON
            {"ops":[{"op":"get","key":"\\u12"}]}               | not JSON
            {"ops":[{"op":"increment","key":"a","by":01}]}     | not JSON
            {"ops":[{"op":"increment","key":"a","by":NaN}]}    | not JSON
            {"\\ud800":1}                                      | not JSON: Broken surrogate pair in field name
            """)
    void badJson_is400WithThePosition(String body, String message) {
        bad(body, message, "line 1, column ");
    }

    @Test
    void deepNesting_is400() {
        bad("[".repeat(2_000), "a batch must be an object, not an array");
        bad("{\"ops\":[" + "[".repeat(2_000), "ops[0] must be an object, not an array");
        bad("{\"ops\":[{\"op\":" + "{\"op\":".repeat(500), "ops[0].op must be a string, not an object");
    }

    @Test
    void rawLineBreak_is400WithThePosition() {
        bad("{\"ops\":\n[{\"op\":\"get\",\n  \"key\":\"a\nb\"}]}", "line 3, column 11", "CTRL-CHAR");
    }

    @Test
    void bytesThatAreNotUtf8_are400() throws IOException {
        String batch = "{\"ops\":[{\"op\":\"put\",\"key\":\"?\",\"value\":\"x\"}]}";
        byte[][] sequences = {
            {(byte) 0xFF},
            {(byte) 0xC0, (byte) 0xAF},
            {(byte) 0xC3},
            {(byte) 0x80},
            {(byte) 0xE0, (byte) 0x80, (byte) 0xAF},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x81, (byte) 0xED, (byte) 0xB0, (byte) 0x80}
        };
        int at = batch.indexOf('?');
        for (byte[] sequence : sequences) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.write(batch.getBytes(StandardCharsets.US_ASCII), 0, at);
            body.write(sequence);
            body.write(batch.substring(at + 1).getBytes(StandardCharsets.US_ASCII));
            bad(body.toByteArray(), 400, "not valid UTF-8", "line 1, column ");
        }
        bad(new byte[] {'{', '"', (byte) 0xC3}, 400, "not valid UTF-8");
    }

    @Test
    void otherEncodingsThanUtf8_are400() {
        String batch = "{\"ops\":[{\"op\":\"put\",\"key\":\"a\",\"value\":\"x\"}]}";
        bad(batch.getBytes(StandardCharsets.UTF_16), 400, "line 1");
        bad(batch.getBytes(StandardCharsets.UTF_16LE), 400, "line 1");
        bad(batch.getBytes(StandardCharsets.UTF_16BE), 400, "line 1");
        bad(("\uFEFF" + batch).getBytes(StandardCharsets.UTF_16LE), 400, "line 1");
        bad(batch.getBytes(Charset.forName("UTF-32BE")), 400, "line 1");
        bad(("\uFEFF" + batch).getBytes(StandardCharsets.UTF_8), 400, "line 1, column 3", "65279");
    }

    @Test
    void otherMethodsAndParameters_areRejected() {
        Answer get = http.get("/batch");
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.header("Allow")).isEqualTo("POST, OPTIONS");
        assertThat(http.request("OPTIONS", "/batch").header("Allow")).isEqualTo("POST, OPTIONS");
        assertThat(http.request("POST", "/batch?atomic=true", "Content-Type: application/json")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void error_reachesAClientThatFirstSendsAllOfALongBody() {
        byte[] body = new byte[32 << 20];
        http.head("POST /batch HTTP/1.1", "Content-Type: application/json", "Content-Length: " + body.length)
                .send(body);
        assertThat(http.answer().status()).isEqualTo(400);
    }
}
