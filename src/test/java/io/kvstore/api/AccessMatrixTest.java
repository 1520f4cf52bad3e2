package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestWatcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests every listed endpoint with and without sufficient permissions. An endpoint without a row here fails the test. */
@EveryMode
class AccessMatrixTest extends GuardedTest {

    /**
     * A request to an endpoint.
     *
     * @param insufficient the name of a valid token without the required permission, or null if any valid token suffices
     * @param sufficient the name of a token with the required permission
     */
    private record Row(String target, String body, String insufficient, String sufficient) {}

    private static final String NO_TOKEN = "no token";
    private static final Map<String, Row> ROWS = new HashMap<>();

    static {
        for (String method : List.of("GET", "HEAD")) {
            row(method, "/", "", null, "z");
            row(method, "/keys", "", "a", "ac", "?prefix=c/");
            row(method, "/keys/{key}", "", "z", "ac");
            row(method, "/export", "", "a", "ac", "?prefix=c/");
            row(method, "/watch", "", "a", "ac", "?prefix=c/");
            row(method, "/snapshot", "", "writer", "admin");
            row(method, "/stats", "", "a", "reader");
            row(method, "/metrics", "", "a", "reader");
            row(method, "/openapi.json", "", null, "z");
            row(method, "/livez", "", null, NO_TOKEN);
            row(method, "/readyz", "", null, NO_TOKEN);
        }
        row("PUT", "/keys/{key}", "value", "ac", "a");
        row("POST", "/keys/{key}", "", "reader", "a", "?op=persist");
        row("DELETE", "/keys/{key}", "", "z", "a");
        row("DELETE", "/keys", "", "reader", "a", "?prefix=a/");
        row("POST", "/batch", "{\"ops\":[{\"op\":\"put\",\"key\":\"a/n\",\"value\":\"1\"}]}", "ac", "a");
        row("POST", "/import", "{\"key\":\"a/n\",\"value\":\"1\"}\n", "reader", "a");
        row("POST", "/admin/checkpoint", "", "writer", "admin");
        row("POST", "/admin/compact", "", "writer", "admin");
        for (String path : List.of("/", "/keys", "/keys/{key}", "/batch", "/export", "/import", "/watch")) {
            row("OPTIONS", path, "", null, "z");
        }
        row("OPTIONS", "/stats", "", "a", "reader");
        row("OPTIONS", "/metrics", "", "a", "reader");
        row("OPTIONS", "/openapi.json", "", null, "z");
        row("OPTIONS", "/snapshot", "", "writer", "admin");
        row("OPTIONS", "/admin/checkpoint", "", "writer", "admin");
        row("OPTIONS", "/admin/compact", "", "writer", "admin");
        row("OPTIONS", "/livez", "", null, NO_TOKEN);
        row("OPTIONS", "/readyz", "", null, NO_TOKEN);
    }

    private static void row(String method, String path, String body, String insufficient, String sufficient) {
        row(method, path, body, insufficient, sufficient, "");
    }

    private static void row(
            String method, String path, String body, String insufficient, String sufficient, String query) {
        ROWS.put(method + " " + path, new Row(path.replace("{key}", "a/k") + query, body, insufficient, sufficient));
    }

    @Test
    void everyEndpoint_checksAuthorization() throws IOException {
        Set<String> unused = new HashSet<>(ROWS.keySet());
        for (JsonNode endpoint : get("admin", "/").json()) {
            String path = endpoint.get("path").textValue();
            for (JsonNode each : endpoint.get("methods")) {
                String method = each.textValue();
                Row row = ROWS.get(method + " " + path);
                assertThat(row).as("no row for " + method + " " + path).isNotNull();
                unused.remove(method + " " + path);
                checkAccess(method, row);
            }
        }
        assertThat(unused).as("rows without an endpoint").isEmpty();
    }

    private void checkAccess(String method, Row row) {
        for (String key : List.of("a/k", "c/k")) { // an earlier request may have deleted it
            send("admin", "PUT", "/keys/" + key, "value");
        }
        String what = method + " " + row.target();
        if (row.sufficient().equals(NO_TOKEN)) {
            assertThat(status(method, row)).as(what).isIn(200, 204);
            return;
        }
        for (String wrong :
                List.of("", "Bearer " + token("a") + "x", "Bearer x", "Bearer", "Token " + token("admin"))) {
            Answer answer = wrong.isEmpty() ? send(method, row) : send(method, row, "Authorization: " + wrong);
            assertThat(answer.status()).as(what + " " + wrong).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).contains("Bearer ").contains("Basic ");
        }
        if (row.insufficient() != null) {
            Answer answer = send(method, row, as(row.insufficient()));
            assertThat(answer.status()).as(what).isEqualTo(403);
            assertThat(answer.header("WWW-Authenticate")).isNull();
        }
        assertThat(status(method, row, as(row.sufficient()))).as(what).isIn(200, 201, 204, 501);
    }

    private Answer send(String method, Row row, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        if (row.target().equals("/batch")) {
            all.add("Content-Type: application/json");
        }
        try (RawHttp http = connect()) {
            return http.request(
                    method, row.target(), row.body().getBytes(StandardCharsets.UTF_8), all.toArray(String[]::new));
        }
    }

    /** Returns the status of a response, without waiting for its end if it is a watch. */
    private int status(String method, Row row, String... headers) {
        if (!method.equals("GET") || !row.target().startsWith("/watch")) {
            return send(method, row, headers).status();
        }
        try (TestWatcher watcher = TestWatcher.open(server().port(), row.target(), headers)) {
            return watcher.status();
        }
    }

    @Test
    void error_isReportedOnlyToAuthenticatedClients() {
        for (String target : new String[] {"/nothing", "/admin", "/keysfoo", "/livez/", "/metric"}) {
            assertThat(http().get(target).status()).as(target).isEqualTo(401);
            assertThat(get("z", target).status()).as(target).isEqualTo(404);
        }
        assertThat(http().request("PATCH", "/keys").status()).isEqualTo(401);
        assertThat(send("z", "PATCH", "/keys", "").status()).isEqualTo(405);
        assertThat(http().get("/keys?nonsense=1").status()).isEqualTo(401);
        assertThat(get("z", "/keys?nonsense=1").status()).isEqualTo(400);
    }
}
