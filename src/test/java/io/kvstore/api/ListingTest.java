package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests listings of all keys without paging. */
@EveryMode
class ListingTest extends ServedTest {

    @Test
    void get_ofAnEmptyStoreIsAnEmptyObject() {
        Answer answer = http().get("/keys");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{}");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Vary")).isEqualTo("Accept");
        assertThat(answer.revision()).isZero();
    }

    @Test
    void get_writesTextAsStringsAndOtherBytesInBase64() {
        http().put("/keys/a", "text");
        http().request("PUT", "/keys/b", new byte[] {(byte) 0xFF, 0});
        http().put("/keys/c", "\u0000\u001f\"\\\u007f\u00e4\ud83d\ude00\u2028", "Content-Type: image/png");
        http().put("/keys/d", "");
        assertThat(http().get("/keys").text())
                .isEqualTo("{\"a\":\"text\",\"b\":{\"base64\":\"/wA=\"},"
                        + "\"c\":\"\\u0000\\u001F\\\"\\\\\u007f\u00e4\ud83d\ude00\u2028\",\"d\":\"\"}");
    }

    @Test
    void get_ordersKeysByTheirBytes() throws IOException {
        List<String> keys =
                List.of("", "!", "0", "10", "2", "A", "Z", "a", "a/", "aa", "~", "\u00e4", "\uffee", "\ud83d\ude00");
        List<Integer> order =
                IntStream.range(1, keys.size()).map(i -> i * 5 % 13 + 1).boxed().toList();
        for (int i : order) {
            http().put("/keys/" + URLEncoder.encode(keys.get(i), StandardCharsets.UTF_8), "v");
        }
        List<String> listed = new ArrayList<>();
        json().fieldNames().forEachRemaining(listed::add);
        assertThat(listed).isEqualTo(keys.subList(1, keys.size()));
    }

    @Test
    void get_ofSeveralPagesReturnsEveryPairOnce() throws IOException {
        int count = 2_345;
        for (int i = 0; i < count; i++) {
            http().put("/keys/" + i, "value of " + i);
        }
        JsonNode all = json();
        assertThat(all.size()).isEqualTo(count);
        for (int i = 0; i < count; i++) {
            assertThat(all.get(Integer.toString(i)).textValue()).isEqualTo("value of " + i);
        }
        assertThat(http().get("/keys").revision()).isEqualTo(count);
    }

    @Test
    void get_returnsValuesLargerThanAPage() throws IOException {
        byte[] binary = new byte[3 << 20];
        binary[0] = (byte) 0x80;
        http().request("PUT", "/keys/binary", binary);
        String text = "t\u00e4xt\n".repeat(500_000);
        http().put("/keys/text", text);
        JsonNode all = json();
        assertThat(Base64.getDecoder().decode(all.get("binary").get("base64").textValue()))
                .isEqualTo(binary);
        assertThat(all.get("text").textValue()).isEqualTo(text);
    }

    private JsonNode json() throws IOException {
        Answer answer = http().get("/keys");
        assertThat(answer.complete()).isTrue();
        return answer.json();
    }

    @Test
    void get_overHttp10EndsWithTheConnection() {
        http().put("/keys/a", "x");
        Answer answer = http().send("GET /keys HTTP/1.0\r\n\r\n").answer("HEAD");
        assertThat(answer.header("Transfer-Encoding")).isNull();
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void head_returnsTheCount() {
        http().put("/keys/a", "x");
        http().put("/keys/b", "x");
        http().put("/keys/b", "y");
        http().request("DELETE", "/keys/a");
        Answer head = http().request("HEAD", "/keys");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("KV-Count")).isEqualTo("1");
        assertThat(head.revision()).isEqualTo(4);
        assertThat(head.header("Content-Type")).isEqualTo("application/json");
        assertThat(head.header("Cache-Control")).isEqualTo("no-store");
        assertThat(http().get("/livez").text())
                .as("the connection stays usable")
                .isEqualTo("ok");
    }

    @Test
    void otherMethods_are405() {
        http().put("/keys/a", "x");
        for (String method : new String[] {"PUT", "POST", "PATCH"}) {
            Answer answer = http().request(method, "/keys");
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, DELETE, OPTIONS");
        }
        Answer options = http().request("OPTIONS", "/keys");
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).isEqualTo("GET, HEAD, DELETE, OPTIONS");
        assertThat(http().get("/keys").text()).isEqualTo("{\"a\":\"x\"}");
    }
}
