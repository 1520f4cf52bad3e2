package io.kvstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The limits for the head of a request, on both sides of each limit. */
@Tag("http")
class HeaderLimitsTest {

    private static final int TARGET_MAX = 256 << 10;

    private Server server;
    private RawHttp http;

    private void start(String... flags) {
        server = TestServer.start(StorageMode.MEMORY, Path.of("unused"), flags);
        http = RawHttp.connect(server.port());
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private void assertRejected(Answer answer, int status, Object limit, Object given) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text()).contains("at most " + limit, "not " + given);
        assertThat(http.get("/livez").text()).as("the connection stays open").isEqualTo("ok");
    }

    @Test
    void target_hasAtMostTheMaximumLength() {
        start();
        String longest = "/nothing?" + "x".repeat(TARGET_MAX - "/nothing?".length());
        assertThat(http.get(longest).status()).isEqualTo(404);
        assertRejected(http.get(longest + "x"), 414, TARGET_MAX, TARGET_MAX + 1);
    }

    @Test
    void target_fitsTheLongestKeyWithEveryByteEscaped() {
        start("--max_key_bytes", "65535");
        String longest = "/keys/" + "%C3%A4".repeat(32_767) + "%61";
        assertThat(http.put(longest, "v").status()).isEqualTo(201);
        assertThat(http.get(longest).text()).isEqualTo("v");
        assertThat(http.get("/keys?prefix=" + "%C3%A4".repeat(32_767)).status()).isEqualTo(200);
    }

    @Test
    void headers_areAtMostTheMaximumNumber() {
        start();
        String[] most = IntStream.range(0, 99).mapToObj(i -> "X-" + i + ": y").toArray(String[]::new);
        assertThat(http.get("/livez", most).status()).isEqualTo(200);
        String[] more = IntStream.range(0, 100).mapToObj(i -> "X-" + i + ": y").toArray(String[]::new);
        assertRejected(http.get("/livez", more), 431, 100, 101);
        String[] repeated = IntStream.range(0, 100).mapToObj(i -> "X: y").toArray(String[]::new);
        assertRejected(http.get("/livez", repeated), 431, 100, 101);
    }

    @Test
    void headers_haveAtMostTheMaximumSize() {
        start();
        String longest = "x".repeat((64 << 10) - "Host: localhost\r\nX: \r\n".length());
        assertThat(http.get("/livez", "X: " + longest).status()).isEqualTo(200);
        assertRejected(http.get("/livez", "X: x" + longest), 431, 64 << 10, (64 << 10) + 1);
        assertRejected(http.get("/livez", "Xx: " + longest), 431, 64 << 10, (64 << 10) + 1);
    }

    @Test
    void writeWithTooLargeHead_changesNothing() {
        start();
        assertThat(http.put("/keys/a", "x", "X: " + "x".repeat(64 << 10)).status())
                .isEqualTo(431);
        assertThat(http.put("/keys/" + "a".repeat(TARGET_MAX), "x").status()).isEqualTo(414);
        assertThat(http.get("/keys").text()).isEqualTo("{}");
    }
}
