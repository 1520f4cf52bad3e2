package io.kvstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The key that a request target names: decoded strictly and once, without normalization. */
@EveryMode
class TargetTest extends ServedTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/keys/a/b a/b",
                "/keys/a%2Fb a/b",
                "/keys/a%2fb a/b",
                "/keys/a//b a//b",
                "/keys//a /a",
                "/keys/a/ a/",
                "/keys/. .",
                "/keys/.. ..",
                "/keys/../livez ../livez",
                "/keys/%2e%2E ..",
                "/keys/a+b a+b",
                "/keys/%2B +",
                "/keys/%252F %2F",
                "/keys/a%3Fb a?b",
                "/keys/a%23b a#b",
                "/keys/a%26b=c a&b=c",
                "/keys/%C3%A4 ä",
                "/keys/%F0%9F%98%80 😀",
                "/keys/;v=1 ;v=1",
                "/keys/a:b a:b",
                "/keys/~!$'()*,;=:@ ~!$'()*,;=:@",
                "/keys/keys/ keys/",
                "http://localhost/keys/abs abs",
                "HTTP://localhost:99/keys/abs/ abs/",
                "https://user@host/keys/abs%2F abs/"
            })
    void key_isTheRestOfThePathDecodedOnce(String target, String key) {
        assertThat(http().put(target, "v").status()).isEqualTo(201);
        assertThat(http().get("/keys").text()).isEqualTo("{\"" + key + "\":\"v\"}");
        assertThat(http().get(target).text()).isEqualTo("v");
    }

    @Test
    void key_mayHaveControlCharacters() {
        assertThat(http().put("/keys/%00%0D%0A%22%5C%7F", "v").status()).isEqualTo(201);
        assertThat(http().get("/keys").text()).isEqualTo("{\"\\u0000\\r\\n\\\"\\\\\u007f\":\"v\"}");
    }

    @Test
    void key_inAnotherUnicodeNormalFormIsAnotherKey() {
        http().put("/keys/%C3%A4", "composed");
        http().put("/keys/a%CC%88", "decomposed");
        assertThat(http().get("/keys/%C3%A4").text()).isEqualTo("composed");
        assertThat(http().get("/keys/a%CC%88").text()).isEqualTo("decomposed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/keys/", // empty
                "/keys/?", // empty
                "/keys/a#frag",
                "/keys/%80", // a continuation byte alone
                "/keys/%C3", // an incomplete sequence
                "/keys/%C0%AF", // an overlong form
                "/keys/%ED%A0%80", // a surrogate
                "/keys/%F4%90%80%80", // above U+10FFFF
                "/keys/%FF",
                "/keys/\u00e4", // raw bytes
                "/keys/\u00c3\u00a4",
                "ftp://localhost/keys/a",
                "/keys/%",
                "/keys/%4",
                "/keys/%zz",
                "/keys/%+1",
                "/keys/a|b",
                "/keys/a^b",
                "/keys/{a}",
                "/keys/a\"b",
                "/keys/a\\b"
            })
    void malformedTarget_is400AndStoresNothing(String target) {
        try (RawHttp fresh = connect()) {
            assertThat(fresh.put(target, "v").status()).isEqualTo(400);
        }
        assertThat(http().request("HEAD", "/keys").header("KV-Count")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//keys/a",
                "/keysfoo",
                "/Keys/a",
                "/key",
                "/keys%2Fa",
                "/%6Beys/a",
                "/./keys/a",
                "/livez/",
                "/favicon.ico",
                "/livez/x",
                "/metric",
                "/watch/",
                "/batch/x",
                "//evil.example/keys/a"
            })
    void unknownTarget_is404(String target) {
        assertThat(http().put(target, "v").status()).isEqualTo(404);
        Answer answer = http().get(target);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(http().request("HEAD", "/keys").header("KV-Count")).isEqualTo("0");
    }

    @Test
    void key_hasAtMostTheMaximumSize() {
        String longest = "%C3%A4".repeat(512);
        assertThat(http().put("/keys/" + longest, "v").status()).isEqualTo(201);
        assertThat(http().get("/keys/" + longest).text()).isEqualTo("v");
        Answer tooLong = http().put("/keys/" + longest + "a", "v");
        assertThat(tooLong.status()).isEqualTo(414);
        assertThat(tooLong.text()).contains("1024").contains("1025");
        assertThat(http().get("/keys/" + "x".repeat(70_000)).status()).isEqualTo(414);
    }

    @Test
    void problemAboutAKey_namesItInJson() {
        assertThat(http().get("/keys/%22%0A%C4%8D").text()).endsWith("\"key\":\"\\\"\\n\u010d\"}");
    }
}
