package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the endpoints other than those of keys, and what all responses have in common. */
@EveryMode
class EndpointsTest extends ServedTest {

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz"})
    void health_isOk(String path) {
        Answer answer = http().get(path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("ok");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(http().request("HEAD", path).header("Content-Length")).isEqualTo("2");
        assertThat(http().get(path + "?verbose").status()).isEqualTo(400);
        assertThat(http().put(path, "x").status()).isEqualTo(405);
    }

    @Test
    void root_listsEveryEndpoint() throws IOException {
        Answer answer = http().get("/");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        List<String> paths = new ArrayList<>();
        for (JsonNode endpoint : answer.json()) {
            String path = endpoint.get("path").textValue();
            paths.add(path);
            List<String> methods = new ArrayList<>();
            endpoint.get("methods").forEach(method -> methods.add(method.textValue()));
            Answer options = http().request("OPTIONS", path.replace("{key}", "a"));
            assertThat(options.header("Allow")).isEqualTo(String.join(", ", methods));
        }
        assertThat(paths)
                .containsExactly(
                        "/",
                        "/keys",
                        "/keys/{key}",
                        "/batch",
                        "/export",
                        "/import",
                        "/watch",
                        "/snapshot",
                        "/stats",
                        "/metrics",
                        "/admin/checkpoint",
                        "/admin/compact",
                        "/livez",
                        "/readyz",
                        "/openapi.json");
    }

    @Test
    void openApi_describesEveryEndpointAndMethod() throws IOException {
        Answer answer = http().get("/openapi.json");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        JsonNode document = answer.json();
        assertThat(document.get("openapi").textValue()).isEqualTo("3.1.0");
        List<String> described = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                described.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
            }
        }
        described.remove("PARAMETERS /keys/{key}");
        List<String> offered = new ArrayList<>();
        for (JsonNode endpoint : http().get("/").json()) {
            endpoint.get("methods")
                    .forEach(method -> offered.add(
                            method.textValue() + " " + endpoint.get("path").textValue()));
        }
        assertThat(described).containsExactlyInAnyOrderElementsOf(offered);
    }

    @Test
    void requestId_isEchoed() {
        for (String id : new String[] {"a", "A.b_c-9", "x".repeat(128)}) {
            assertThat(http().get("/livez", "X-Request-Id: " + id).header("X-Request-Id"))
                    .isEqualTo(id);
            assertThat(http().get("/keys/none", "X-Request-Id: " + id).header("X-Request-Id"))
                    .isEqualTo(id);
            assertThat(http().request("OPTIONS", "/keys", "X-Request-Id: " + id).header("X-Request-Id"))
                    .isEqualTo(id);
        }
    }

    @Test
    void invalidRequestId_isReplaced() {
        for (String id : new String[] {"", "x".repeat(129), "a b", "a\u00e4", "a,b", "<a>"}) {
            assertThat(http().get("/livez", "X-Request-Id: " + id).header("X-Request-Id"))
                    .matches("[0-9a-f]{16}");
        }
        assertThat(http().get("/livez").header("X-Request-Id"))
                .matches("[0-9a-f]{16}")
                .isNotEqualTo(http().get("/livez").header("X-Request-Id"));
    }

    @Test
    void problem_followsRfc9457() throws IOException {
        Answer answer = http().get("/nothing");
        JsonNode problem = answer.json();
        assertThat(problem.get("type").textValue()).isEqualTo("about:blank");
        assertThat(problem.get("title").textValue()).isEqualTo("Not Found");
        assertThat(problem.get("status").intValue()).isEqualTo(404);
        assertThat(problem.get("detail").textValue()).contains("/nothing");
        assertThat(problem.has("key")).isFalse();
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }
}
