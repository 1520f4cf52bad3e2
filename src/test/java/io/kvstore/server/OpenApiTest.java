package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.client.ScriptedServer;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The check of the HTTP tests against {@code openapi.json} fails for a scripted server that violates the document. */
@Tag("http")
@Timeout(60)
class OpenApiTest {

    private static final String TEXT = "Content-Type: text/plain";
    private static final String JSON = "Content-Type: application/json";
    private static final String LINES = "Content-Type: application/x-ndjson";
    private static final String PROBLEM = "Content-Type: application/problem+json";
    private static final String NOT_STORED = "Cache-Control: no-store";
    private static final String REVISION = "KV-Revision: 7";
    private static final String END = "{\"end\":true,\"count\":1,\"revision\":7}\n";
    private static final String ETAG = "ETag: \"0123456789abcdef-7\"";

    /** Returns a scripted response. */
    private static ScriptedServer.Step answer(int status, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of("X-Request-Id: a", "X-Content-Type-Options: nosniff"));
        all.addAll(Arrays.asList(headers));
        return ScriptedServer.respond(status, body, all.toArray(String[]::new));
    }

    private static Answer exchange(ScriptedServer.Step answer, String method, String target, String... headers) {
        try (ScriptedServer server = new ScriptedServer(answer);
                RawHttp http = RawHttp.connect(server.address().getPort())) {
            return http.request(method, target, headers);
        }
    }

    private static Answer exchange(ScriptedServer.Step answer, String method, String target, byte[] body, String type) {
        try (ScriptedServer server = new ScriptedServer(answer);
                RawHttp http = RawHttp.connect(server.address().getPort())) {
            return http.request(method, target, body, type);
        }
    }

    private static void fails(
            String reason, ScriptedServer.Step answer, String method, String target, String... headers) {
        assertThatThrownBy(() -> exchange(answer, method, target, headers))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("exchange does not match openapi.json: " + method + " ")
                .hasMessageContaining(reason);
    }

    @Test
    void exchange_matchingTheDocumentPasses() {
        assertThat(exchange(answer(200, "ok", TEXT, NOT_STORED), "GET", "/livez")
                        .text())
                .isEqualTo("ok");
        assertThat(exchange(answer(201, "", ETAG, REVISION), "PUT", "/keys/a?ttl=5", "KV-TTL: keep")
                        .status())
                .isEqualTo(201);
        assertThat(exchange(
                                answer(200, "{\"key\":\"a\",\"revision\":7}\n" + END, LINES, REVISION),
                                "GET",
                                "/keys?values=false&limit=1",
                                "Accept: application/x-ndjson")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void status_notListedFails() {
        fails("status 202 is not listed", answer(202, "", ETAG, REVISION), "PUT", "/keys/a");
        fails("status 418 is not listed", answer(418, "", NOT_STORED), "GET", "/livez");
    }

    @Test
    void operation_notListedFails() {
        fails("no such operation", answer(200, "ok", TEXT), "GET", "/hidden");
        fails("no such operation", answer(200, "ok", TEXT), "PATCH", "/keys/a");
    }

    @Test
    void header_notListedOrInvalidFails() {
        fails("header Set-Cookie is not listed", answer(200, "ok", TEXT, "Set-Cookie: a"), "GET", "/livez");
        fails("header KV-Revision: ", answer(201, "", ETAG, "KV-Revision: seven"), "PUT", "/keys/a");
        fails("header ETag: ", answer(201, "", "ETag: W/\"7\"", REVISION), "PUT", "/keys/a");
    }

    @Test
    void body_ofAnotherTypeOrSchemaFails() {
        fails("a body of type text/html is not listed", answer(200, "ok", "Content-Type: text/html"), "GET", "/livez");
        fails("the body: ", answer(200, "no", TEXT, NOT_STORED), "GET", "/livez");
        fails("'before'", answer(200, "{\"after\":1}", JSON, NOT_STORED), "POST", "/admin/compact");
        fails("'more'", answer(200, compacted(",\"more\":1"), JSON, NOT_STORED), "POST", "/admin/compact");
        fails("the body is not JSON", answer(200, compacted("]"), JSON, NOT_STORED), "POST", "/admin/compact");
        fails("'title'", answer(404, "{\"status\":404}", PROBLEM, NOT_STORED), "GET", "/keys/a");
        fails(
                "{\"key\":\"a\",\"more\":1}: ",
                answer(200, "{\"key\":\"a\",\"more\":1}\n" + END, LINES, REVISION),
                "GET",
                "/keys?values=false",
                "Accept: application/x-ndjson");
    }

    private static String compacted(String more) {
        return "{\"before\":2,\"after\":1" + more + "}";
    }

    @Test
    void request_thatSucceedsButIsNotListedFails() {
        fails("parameter secret is not listed", answer(201, "", ETAG, REVISION), "PUT", "/keys/a?secret=1");
        fails("parameter limit: ", answer(200, "", JSON, REVISION), "GET", "/keys?limit=none");
        fails("parameter KV-TTL: ", answer(201, "", ETAG, REVISION), "PUT", "/keys/a", "KV-TTL: soon");
        fails("parameter op is missing", answer(200, "1", TEXT, ETAG, REVISION), "POST", "/keys/a");
        byte[] body = "{\"ops\":[{\"op\":\"none\"}]}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> exchange(answer(200, "", JSON, REVISION), "POST", "/batch", body, JSON))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("/ops/0");
        assertThatThrownBy(() -> exchange(answer(200, "", JSON, REVISION), "POST", "/batch", body, TEXT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("text/plain is not listed");
    }
}
