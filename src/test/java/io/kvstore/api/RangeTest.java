package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests range requests. */
@EveryMode
class RangeTest extends ServedTest {

    private String tag;

    @BeforeEach
    void putTenDigits() {
        tag = http().put("/keys/digits", "0123456789").header("ETag");
    }

    private Answer range(String range, String... headers) {
        String[] all = new String[headers.length + 1];
        all[0] = "Range: " + range;
        System.arraycopy(headers, 0, all, 1, headers.length);
        return http().get("/keys/digits", all);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0-0",
        "bytes=2-4, 234, 2-4",
        "bytes=9-9, 9, 9-9",
        "bytes=7-, 789, 7-9",
        "bytes=7-99999999999999999999999, 789, 7-9",
        "bytes=-3, 789, 7-9",
        "bytes=-10, 0123456789, 0-9",
        "bytes=-99999999999999999999999, 0123456789, 0-9",
        "Bytes=1-1, 1, 1-1"
    })
    void range_returnsThatPart(String range, String body, String contentRange) {
        Answer answer = range(range);
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.text()).isEqualTo(body);
        assertThat(answer.header("Content-Range")).isEqualTo("bytes " + contentRange + "/10");
        assertThat(answer.header("Content-Length")).isEqualTo(Integer.toString(body.length()));
        assertThat(answer.header("ETag")).isEqualTo(tag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=99999999999999999999999-", "bytes=-0"})
    void range_outsideTheValueIs416(String range) {
        Answer answer = range(range);
        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.header("Content-Range")).isEqualTo("bytes */10");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text()).contains("\"key\":\"digits\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=0-1,3-4",
                "bytes=0-1, 3-4",
                "lines=1-2",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "bytes=4-2",
                "bytes=1-2x",
                "0-1",
                "bytes=+1-2",
                "bytes=--1"
            })
    void unsupportedRange_returnsTheWholeValue(String range) {
        Answer answer = range(range);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("0123456789");
        assertThat(answer.header("Content-Range")).isNull();
    }

    @Test
    void repeatedRange_returnsTheWholeValue() {
        assertThat(range("bytes=0-0", "Range: bytes=1-1").status()).isEqualTo(200);
    }

    @Test
    void ifRange_ofTheCurrentVersionReturnsThePart() {
        assertThat(range("bytes=0-0", "If-Range: " + tag).status()).isEqualTo(206);
        assertThat(range("bytes=10-", "If-Range: " + tag).status()).isEqualTo(416);
    }

    @Test
    void ifRange_ofAnythingElseReturnsTheWholeValue() {
        String stored = http().get("/keys/digits").header("Last-Modified");
        for (String validator : new String[] {"\"0123456789abcdef-1\"", "W/" + tag, stored, "nonsense"}) {
            assertThat(range("bytes=0-0", "If-Range: " + validator).status())
                    .as(validator)
                    .isEqualTo(200);
            assertThat(range("bytes=10-", "If-Range: " + validator).status())
                    .as(validator)
                    .isEqualTo(200);
        }
    }

    @Test
    void conditions_areEvaluatedBeforeTheRange() {
        assertThat(range("bytes=0-0", "If-None-Match: " + tag).status()).isEqualTo(304);
        assertThat(range("bytes=10-", "If-None-Match: " + tag).status()).isEqualTo(304);
        assertThat(range("bytes=0-0", "If-Match: \"x\"").status()).isEqualTo(412);
    }

    @Test
    void head_ignoresTheRange() {
        Answer head = http().request("HEAD", "/keys/digits", "Range: bytes=0-0");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("10");
    }

    @Test
    void range_ofAnEmptyValueIs416OrIgnored() {
        http().put("/keys/empty", "");
        assertThat(http().get("/keys/empty", "Range: bytes=-5").status()).isEqualTo(200);
        Answer outside = http().get("/keys/empty", "Range: bytes=0-");
        assertThat(outside.status()).isEqualTo(416);
        assertThat(outside.header("Content-Range")).isEqualTo("bytes */0");
    }

    @Test
    void range_insideALargeValueIsReturned() {
        byte[] value = new byte[300_000];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) ('a' + i % 26);
        }
        http().request("PUT", "/keys/large", value);
        Answer answer = http().get("/keys/large", "Range: bytes=65530-200000");
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.text()).isEqualTo(new String(value, 65_530, 200_001 - 65_530, StandardCharsets.US_ASCII));
    }
}
