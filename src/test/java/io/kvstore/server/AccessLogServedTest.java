package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.access.Rule;
import io.kvstore.access.TokenEntry;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestJson;
import io.kvstore.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The access log that a server writes for requests. */
@Tag("http")
@Timeout(60)
class AccessLogServedTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private String token;

    private Server start(String format) throws IOException {
        TokenEntry.Generated drawn = TokenEntry.generate("app", List.of(Rule.parse("app/:rw")), new SecureRandom());
        token = drawn.token();
        Path file = Files.createFile(
                folder.resolve("tokens"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, drawn.entry().text() + "\n");
        return Server.builder(TestServer.config(
                        StorageMode.MEMORY, folder, "--access_log", format, "--auth_file", file.toString()))
                .accessLogOutput(lines)
                .start();
    }

    private List<String> written() {
        return lines.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Sends a request and waits for its entry, which is written after the client has the response. */
    private void logged(Runnable request) {
        int before = written().size();
        request.run();
        while (written().size() == before) {
            Thread.onSpinWait();
        }
    }

    @Test
    void entry_hasUserRequestAndResponse() throws IOException {
        try (Server server = start("json");
                RawHttp http = RawHttp.connect(server.port())) {
            String as = "Authorization: Bearer " + token;
            logged(() -> http.put("/keys/app/a", "hello", as, "X-Request-Id: one", "User-Agent: test/1"));
            logged(() -> http.get("/keys/app/a", as));
            logged(() -> http.get("/keys/other", as));
            logged(() -> http.get("/keys/app/a", "Authorization: Bearer app.wrong"));
            logged(() -> http.get("/keys?prefix=app/&values=false", as));
            logged(() -> http.get("/livez"));
        }
        List<JsonNode> entries = new ArrayList<>();
        for (String line : written()) {
            entries.add(TestJson.parse(line));
        }
        assertThat(entries)
                .extracting(entry -> entry.get("status").intValue())
                .containsExactly(201, 200, 403, 401, 200, 200);
        assertThat(entries)
                .extracting(entry -> entry.get("user").textValue())
                .containsExactly("app", "app", "app", null, "app", null);
        JsonNode put = entries.get(0);
        assertThat(put.get("method").textValue()).isEqualTo("PUT");
        assertThat(put.get("path").textValue()).isEqualTo("/keys/app/a");
        assertThat(put.get("query").isNull()).isTrue();
        assertThat(put.get("request_bytes").longValue()).isEqualTo(5);
        assertThat(put.get("response_bytes").longValue()).isZero();
        assertThat(put.get("request_id").textValue()).isEqualTo("one");
        assertThat(put.get("user_agent").textValue()).isEqualTo("test/1");
        assertThat(put.get("client").textValue()).isEqualTo("127.0.0.1");
        assertThat(put.get("complete").booleanValue()).isTrue();
        assertThat(entries.get(1).get("response_bytes").longValue()).isEqualTo(5);
        assertThat(entries.get(4).get("query").textValue()).isEqualTo("prefix=app/&values=false");
        assertThat(entries.get(4).get("response_bytes").longValue()).isEqualTo("[\"app/a\"]".length());
    }

    @Test
    void secrets_areNotLogged() throws IOException {
        try (Server server = start("text");
                RawHttp http = RawHttp.connect(server.port())) {
            logged(() -> http.get("/keys/app/a?token=" + token, "Authorization: Bearer " + token));
            logged(() -> http.get("http://user:" + token + "@localhost/keys/app/a", "Authorization: Bearer " + token));
            logged(() -> http.get("/keys/app/a?" + token, "Referer: http://x/?" + token, "Cookie: " + token));
            logged(() -> http.get("ftp://user:" + token + "@localhost/keys/app/a"));
            logged(() -> http.get("/keys/app/a#" + token));
        }
        assertThat(written()).hasSize(5);
        assertThat(lines.toString(StandardCharsets.UTF_8)).doesNotContain(token.substring(token.indexOf('.') + 1));
        assertThat(written().get(0)).contains("\"GET /keys/app/a?*** HTTP/1.1\" 400 ");
        assertThat(written().get(1)).contains("\"GET /keys/app/a HTTP/1.1\" 404 ");
        assertThat(written().get(3)).contains("\"GET - HTTP/1.1\" 400 ");
    }
}
