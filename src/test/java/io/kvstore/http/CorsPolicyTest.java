package io.kvstore.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What web pages of other origins may do, and which responses they may see. */
@Tag("http")
class CorsPolicyTest {

    private static final String APP = "Origin: https://app.example.org";

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

    private static void assertHiddenFromPages(Answer answer) {
        assertThat(answer.headers().keySet())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
    }

    private static List<String> elements(Answer answer, String header) {
        return Arrays.asList(answer.header(header).split(", "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example",
                "Origin: null",
                "Origin: ",
                "Origin: localhost",
                "Origin: http://localhost:3000",
                "Origin: http://localhost.evil.example",
                "Origin: http://localhost@evil.example",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: cross-site\r\nOrigin: http://localhost"
            })
    void writeFromAnotherOrigin_is403AndChangesNothing(String from) {
        start();
        http.put("/keys/a", "before");
        Answer rejection = http.put("/keys/a", "after", from);
        assertThat(rejection.status()).isEqualTo(403);
        assertThat(rejection.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(rejection.text()).contains("--cors_origin");
        assertHiddenFromPages(rejection);
        assertThat(http.request("DELETE", "/keys/a", from).status()).isEqualTo(403);
        assertThat(http.request("DELETE", "/keys?all=true", from).status()).isEqualTo(403);
        for (String target : new String[] {"/keys/a?op=append", "/batch", "/import", "/admin/checkpoint", "/nothing"}) {
            assertThat(http.request("POST", target, new byte[0], from).status())
                    .as(target)
                    .isEqualTo(403);
        }
        assertThat(http.request("PATCH", "/keys/a", from).status()).isEqualTo(403);
        assertThat(http.get("/keys").text()).isEqualTo("{\"a\":\"before\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: not a browser",
                "Origin: http://localhost",
                "Origin: https://LOCALHOST",
                "Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Site: none",
                "Sec-Fetch-Site: same-origin\r\nOrigin: http://localhost"
            })
    void writeFromTheSameOriginOrWithoutAPage_isAllowed(String from) {
        start();
        assertThat(http.put("/keys/a", "x", from).status()).isEqualTo(201);
        assertThat(http.request("DELETE", "/keys/a", from).status()).isEqualTo(200);
    }

    @Test
    void origin_isComparedWithHostIncludingThePort() {
        start();
        http.send(
                "PUT /keys/a HTTP/1.1\r\nHost: localhost:81\r\nOrigin: http://localhost:81\r\nContent-Length: 0\r\n\r\n");
        assertThat(http.answer().status()).isEqualTo(201);
        http.send(
                "PUT /keys/a HTTP/1.1\r\nHost: localhost:81\r\nOrigin: http://localhost\r\nContent-Length: 0\r\n\r\n");
        assertThat(http.answer().status()).isEqualTo(403);
        http.send("PUT /keys/a HTTP/1.0\r\nOrigin: http://localhost\r\nContent-Length: 0\r\n\r\n");
        assertThat(http.answer().status())
                .as("there is no host to compare with")
                .isEqualTo(403);
    }

    @Test
    void readFromAnotherOrigin_isAnsweredButHiddenFromThePage() {
        start();
        http.put("/keys/a", "x");
        for (String method : new String[] {"GET", "HEAD", "OPTIONS"}) {
            Answer answer =
                    http.request(method, "/keys/a", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site");
            assertThat(answer.status()).isLessThan(300);
            assertHiddenFromPages(answer);
        }
    }

    @Test
    void preflightFromAnotherOrigin_allowsNothing() {
        start();
        Answer answer = http.request("OPTIONS", "/keys/a", APP, "Access-Control-Request-Method: PUT");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Allow")).contains("PUT");
        assertHiddenFromPages(answer);
    }

    @Test
    void allowedOrigin_mayReadAndWrite() {
        start("--cors_origin", "https://other.example, https://app.example.org");
        Answer put = http.put("/keys/a", "x", APP, "Sec-Fetch-Site: cross-site");
        assertThat(put.status()).isEqualTo(201);
        for (Answer answer : new Answer[] {put, http.get("/keys/a", APP), http.get("/keys/none", APP)}) {
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.org");
            assertThat(elements(answer, "Access-Control-Expose-Headers"))
                    .contains("ETag", "KV-Revision", "KV-Next-Cursor", "Link", "Retry-After");
            assertThat(answer.header("Vary")).isEqualTo("Origin");
        }
        assertThat(http.get("/keys", APP).header("Vary")).isEqualTo("Origin, Accept");
    }

    @Test
    void otherOrigin_mayNotReadOrWriteIfSomeAreAllowed() {
        start("--cors_origin", "https://app.example.org");
        for (String origin : new String[] {"https://evil.example", "https://app.example.org.evil.example", "null"}) {
            assertThat(http.put("/keys/a", "x", "Origin: " + origin).status()).isEqualTo(403);
            Answer read = http.get("/keys", "Origin: " + origin);
            assertThat(read.text()).isEqualTo("{}");
            assertHiddenFromPages(read);
            assertThat(read.header("Vary")).isEqualTo("Origin, Accept");
        }
        assertThat(http.get("/livez").header("Vary"))
                .as("caches must not serve a response without CORS headers to an allowed origin")
                .isEqualTo("Origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/keys/a", "/keys/a?ttl=60", "/watch?prefix=a", "/batch"})
    void preflightFromAnAllowedOrigin_isAnswered(String target) {
        start("--cors_origin", "https://app.example.org");
        Answer answer = http.request(
                "OPTIONS",
                target,
                APP,
                "Sec-Fetch-Site: cross-site",
                "Access-Control-Request-Method: PUT",
                "Access-Control-Request-Headers: authorization,if-match");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.org");
        assertThat(elements(answer, "Access-Control-Allow-Methods")).contains("GET", "PUT", "POST", "DELETE");
        assertThat(elements(answer, "Access-Control-Allow-Headers"))
                .contains("Authorization", "Content-Type", "If-Match", "If-None-Match", "KV-TTL", "Last-Event-ID");
        assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("600");
        assertThat(answer.header("Vary")).isEqualTo("Origin");
    }

    @Test
    void optionsWithoutPreflight_returnsTheAllowedMethods() {
        start("--cors_origin", "https://app.example.org");
        Answer answer = http.request("OPTIONS", "/keys", APP);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, DELETE, OPTIONS");
        assertThat(answer.header("Access-Control-Allow-Methods")).isNull();
    }

    @Test
    void anyOrigin_letsEveryPageReadAndWrite() {
        start("--cors_origin", "*");
        Answer put = http.put("/keys/a", "x", "Origin: null", "Sec-Fetch-Site: cross-site");
        assertThat(put.status()).isEqualTo(201);
        assertThat(put.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(put.header("Vary")).isNull();
        Answer preflight = http.request("OPTIONS", "/keys/a", APP, "Access-Control-Request-Method: DELETE");
        assertThat(preflight.header("Access-Control-Allow-Methods")).contains("DELETE");
    }

    @Test
    void body_isNotSniffedForAnotherType() {
        start();
        String page = "<script>alert(1)</script>";
        http.put("/keys/" + "%3Cscript%3E", page, "Content-Type: text/html");
        for (String target : new String[] {"/keys/%3Cscript%3E", "/keys", "/export", "/nothing/" + "%3Cscript%3E"}) {
            assertThat(http.get(target).header("X-Content-Type-Options"))
                    .as(target)
                    .isEqualTo("nosniff");
        }
        Answer value = http.get("/keys/%3Cscript%3E");
        assertThat(value.header("Content-Type")).isEqualTo("text/html");
        assertThat(value.header("Content-Security-Policy")).isEqualTo("sandbox");
    }
}
