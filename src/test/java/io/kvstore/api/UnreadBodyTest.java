package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A response that is sent before the request body was read reaches the client. Afterwards the connection is usable, unless the
 * response has announced that it closes.
 */
@Tag("http")
@ParameterizedClass(name = "mode {0}")
@EnumSource(value = StorageMode.class, names = "MEMORY") // the store makes no difference
@Timeout(120)
class UnreadBodyTest extends GuardedTest {

    /** The longest body after which the connection is kept. */
    private static final int KEPT = 64 << 20;

    private static final int[] SIZES = {0, 1 << 10, (1 << 20) - 1, 1 << 20, 3 << 19, 20 << 20};

    /** The other provider discards the request body before it sends a response without a body. */
    private static final boolean DISCARDS_FIRST =
            System.getProperty("com.sun.net.httpserver.HttpServerProvider", "").startsWith("robaho");

    /** A request that is answered without its body. */
    enum Refusal {
        UNKNOWN_PARAMETER("PUT", "/keys/a/1?nope=1", 400),
        NO_TOKEN("PUT", "/keys/a/1", 401),
        CROSS_SITE("PUT", "/keys/a/1", 403, "Sec-Fetch-Site: cross-site"),
        FORBIDDEN_KEY("PUT", "/keys/other", 403),
        NO_RESOURCE("POST", "/nothing", 404),
        UNKNOWN_METHOD("PATCH", "/keys/a/1", 405),
        LONG_KEY("PUT", "/keys/" + "a".repeat(2_000), 414),
        ENCODED("PUT", "/keys/a/1", 415, "Content-Encoding: gzip"),
        WRONG_HOST("PUT", "/keys/a/1", 421, "Host: evil.example"),
        BATCH_OF_ANOTHER_TYPE("POST", "/batch", 415, "Content-Type: text/html"),
        GET_OF_A_KEY("GET", "/keys/a/1", 200),
        GET_OF_NO_KEY("GET", "/keys/a/none", 404),
        UNCHANGED("GET", "/keys/a/1", 304, "If-None-Match: *"),
        HEAD_OF_A_KEY("HEAD", "/keys/a/1", 200),
        LISTING("GET", "/keys", 200),
        OPTIONS("OPTIONS", "/keys/a/1", 204),
        DELETE("DELETE", "/keys/a/none", 404);

        private final String method;
        private final String target;
        private final int status;
        private final String headers;

        Refusal(String method, String target, int status, String... headers) {
            this.method = method;
            this.target = target;
            this.status = status;
            this.headers = Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining());
        }

        boolean hasNoResponseBody() {
            return method.equals("HEAD") || status == 204 || status == 304;
        }
    }

    @ParameterizedTest
    @EnumSource
    void response_arrivesAndTheConnectionIsKeptOrAnnouncedToClose(Refusal refusal) {
        put("a/1");
        for (int size : SIZES) {
            for (boolean chunked : new boolean[] {false, true}) {
                for (boolean early : new boolean[] {false, true}) {
                    check(refusal, size, chunked, early);
                }
            }
        }
        check(refusal, KEPT + 1, false, false);
        check(refusal, KEPT + 1, false, true);
    }

    /** @param early whether the client reads the response before it sends the body */
    private void check(Refusal refusal, int size, boolean chunked, boolean early) {
        if (early && DISCARDS_FIRST && refusal.hasNoResponseBody()) {
            return;
        }
        String what = refusal + ", " + size + " bytes" + (chunked ? " in chunks" : "") + (early ? ", read early" : "");
        try (RawHttp http = connect()) {
            http.send(head(refusal, size, chunked));
            Answer answer;
            if (early) {
                answer = http.answer(refusal.method);
                sendBody(http, size, chunked);
            } else {
                sendBody(http, size, chunked);
                answer = http.answer(refusal.method);
            }
            assertThat(answer.status()).as(what).isEqualTo(refusal.status);
            assertThat(answer.complete()).as(what).isTrue();
            boolean closes = chunked || size > KEPT;
            assertThat(announcesClose(answer))
                    .as("%s: the connection closes", what)
                    .isEqualTo(closes);
            if (!closes) {
                assertThat(http.get("/livez").text())
                        .as("%s: the next request", what)
                        .isEqualTo("ok");
            }
        }
    }

    private String head(Refusal refusal, int size, boolean chunked) {
        StringBuilder head = new StringBuilder(refusal.method + " " + refusal.target + " HTTP/1.1\r\n");
        head.append(refusal.headers);
        if (refusal != Refusal.WRONG_HOST) {
            head.append("Host: localhost\r\n");
        }
        if (refusal != Refusal.NO_TOKEN) {
            head.append(as("a")).append("\r\n");
        }
        head.append(chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + size);
        return head.append("\r\n\r\n").toString();
    }

    private static void sendBody(RawHttp http, int size, boolean chunked) {
        if (chunked && size > 0) {
            http.send(Integer.toHexString(size) + "\r\n");
        }
        http.send(new byte[size]);
        if (chunked) {
            http.send((size > 0 ? "\r\n" : "") + "0\r\n\r\n");
        }
    }

    private static boolean announcesClose(Answer answer) {
        String connection = answer.header("Connection");
        return connection != null && connection.toLowerCase(Locale.ROOT).equals("close");
    }
}
