package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that values are returned unchanged, their types and their limits. */
@EveryMode
class ValueTest extends ServedTest {

    private static final int LIMIT = 100_000;

    @Override
    protected String[] flags() {
        return new String[] {"--max_value_bytes", Integer.toString(LIMIT)};
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 8_191, 8_192, 8_193, 16_384, 65_536, 65_537, 99_999, LIMIT})
    void value_isReturnedUnchanged(int size) {
        byte[] value = random(size);
        assertThat(http().request("PUT", "/keys/a", value).status()).isEqualTo(201);
        Answer got = http().get("/keys/a");
        assertThat(got.body()).isEqualTo(value);
        assertThat(got.header("Content-Length")).isEqualTo(Integer.toString(size));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4_096, 8_192, 8_193, 50_000, LIMIT})
    void value_sentInChunksIsReturnedUnchanged(int size) {
        byte[] value = random(size);
        http().head("PUT /keys/a HTTP/1.1", "Transfer-Encoding: chunked");
        for (int at = 0; at < size; ) {
            int chunk = Math.min(size - at, 1 + at / 2);
            http().send(Integer.toHexString(chunk) + ";extension=1\r\n")
                    .send(Arrays.copyOfRange(value, at, at + chunk))
                    .send("\r\n");
            at += chunk;
        }
        assertThat(http().send("0\r\n\r\n").answer().status()).isEqualTo(201);
        try (RawHttp other = connect()) {
            assertThat(other.get("/keys/a").body()).isEqualTo(value);
        }
    }

    @Test
    void value_withoutABodyIsEmpty() {
        assertThat(http().request("PUT", "/keys/a").status()).isEqualTo(201);
        Answer got = http().get("/keys/a");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).isEmpty();
        assertThat(got.header("Content-Length")).isEqualTo("0");
        assertThat(got.header("Transfer-Encoding")).isNull();
        assertThat(got.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(http().request("HEAD", "/keys/a").header("Content-Length")).isEqualTo("0");
    }

    @Test
    void value_isNeverInterpreted() {
        for (String value : new String[] {" a \r\n", "\ufeffbom", "{\"a\":", "a=1&b=%20", "\u0000", "0\r\n\r\n"}) {
            http().put("/keys/a", value);
            assertThat(http().get("/keys/a").text()).isEqualTo(value);
        }
    }

    @Test
    void declaredLength_beyondTheLimitIs413BeforeTheBody() {
        http().put("/keys/a", "before");
        try (RawHttp fresh = connect()) {
            fresh.head("PUT /keys/a HTTP/1.1", "Content-Length: " + (LIMIT + 1));
            Answer answer = fresh.answer(); // no byte of the body was sent
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.text()).contains(Integer.toString(LIMIT)).contains(Integer.toString(LIMIT + 1));
        }
        for (String huge : new String[] {"9223372036854775807", "99999999999"}) {
            try (RawHttp fresh = connect()) {
                fresh.head("PUT /keys/a HTTP/1.1", "Content-Length: " + huge);
                assertThat(fresh.answer().status()).isEqualTo(413);
            }
        }
        assertThat(http().get("/keys/a").text()).isEqualTo("before");
    }

    @Test
    void chunkedValue_beyondTheLimitIs413BeforeItsEnd() {
        http().put("/keys/a", "before");
        try (RawHttp fresh = connect()) {
            fresh.head("PUT /keys/a HTTP/1.1", "Transfer-Encoding: chunked");
            fresh.send(Integer.toHexString(2 * LIMIT) + "\r\n").send(random(LIMIT + 1));
            assertThat(fresh.answer().status()).isEqualTo(413);
        }
        assertThat(http().get("/keys/a").text()).isEqualTo("before");
    }

    @Test
    void truncatedValue_isNotStored() {
        http().put("/keys/a", "before");
        try (RawHttp fresh = connect()) {
            fresh.head("PUT /keys/a HTTP/1.1", "Content-Length: 10")
                    .send("half")
                    .finish();
            assertThat(fresh.isClosedByServer()).isTrue();
        }
        try (RawHttp fresh = connect()) {
            fresh.head("PUT /keys/a HTTP/1.1", "Transfer-Encoding: chunked")
                    .send("4\r\nhalf\r\n")
                    .finish();
            assertThat(fresh.isClosedByServer()).isTrue();
        }
        try (RawHttp fresh = connect()) {
            fresh.head("PUT /keys/a HTTP/1.1", "Transfer-Encoding: chunked").send("xyz\r\nhalf\r\n");
            assertThat(fresh.isClosedByServer()).isTrue();
        }
        assertThat(http().get("/keys/a").text()).isEqualTo("before");
        assertThat(http().request("HEAD", "/keys").revision()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+5", "-5", "5x", "0x5", "5,5", ""})
    void value_withAnInvalidLengthIsNotStored(String length) {
        try (RawHttp fresh = connect()) {
            fresh.head("PUT /keys/a HTTP/1.1", "Content-Length: " + length, "Connection: close")
                    .send("12345")
                    .finish();
            assertThat(fresh.answer().status()).isEqualTo(400);
        }
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @Test
    void expectContinue_isAnswered() {
        http().head("PUT /keys/a HTTP/1.1", "Content-Length: 5", "Expect: 100-continue");
        assertThat(http().answer().status()).isEqualTo(100);
        assertThat(http().send("value").answer().status()).isEqualTo(201);
        assertThat(http().get("/keys/a").text()).isEqualTo("value");
    }

    @Test
    void type_isStored() {
        for (String type : new String[] {"application/json", "TEXT/Html;charset=\"x\"", "x", "t".repeat(255)}) {
            http().put("/keys/a", "x", "Content-Type: " + type);
            assertThat(http().get("/keys/a").header("Content-Type")).isEqualTo(type);
        }
    }

    @Test
    void type_isDetectedIfNoneIsStored() {
        for (String none : new String[] {
            "X-None: 1",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Type:",
            "Content-Type: Application/X-WWW-Form-Urlencoded"
        }) {
            http().put("/keys/a", "\u00e4", none);
            assertThat(http().get("/keys/a").header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            http().request("PUT", "/keys/a", new byte[] {(byte) 0xE4}, none);
            assertThat(http().get("/keys/a").header("Content-Type")).isEqualTo("application/octet-stream");
        }
    }

    @Test
    void type_isReplacedWithTheValue() {
        http().put("/keys/a", "x", "Content-Type: text/css");
        http().put("/keys/a", "x");
        assertThat(http().get("/keys/a").header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }

    @Test
    void invalidType_is400() {
        assertThat(http().put("/keys/a", "x", "Content-Type: " + "t".repeat(256))
                        .status())
                .isEqualTo(400);
        assertThat(http().put("/keys/a", "x", "Content-Type: text/\u00e4").status())
                .isEqualTo(400);
        try (RawHttp fresh = connect()) { // a control character in a header closes the connection
            assertThat(fresh.put("/keys/a", "x", "Content-Type: text/a\u007fb").status())
                    .isEqualTo(400);
        }
        assertThat(http().put("/keys/a", "x", "Content-Type: text/a", "Content-Type: text/b")
                        .status())
                .isEqualTo(400);
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @Test
    void contentEncoding_isRejected() {
        assertThat(http().put("/keys/a", "x", "Content-Encoding: gzip").status())
                .isEqualTo(415);
        assertThat(http().put("/keys/a", "x", "Content-Encoding: identity").status())
                .isEqualTo(415);
        assertThat(http().put("/keys/a", "x", "Content-Range: bytes 0-0/2").status())
                .isEqualTo(400);
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }
}
