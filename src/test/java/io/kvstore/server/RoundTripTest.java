package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import io.kvstore.testing.TestJson;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An import of an export restores all entries, from every mode into every mode. */
@EveryMode
@Timeout(60)
class RoundTripTest extends ServedTest {

    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00.123Z");
    private static final String[] KEYS = {" ", "a/../b", "\u0000", "\"\\", "\u00e4\u20ac\uD83D\uDE00", "+%2F?&#"};
    private static final int KEY_COUNT = 60;

    @TempDir
    Path targets;

    /** The response to a GET of a key. */
    private record Fetched(String bytes, String type, String ttl) {

        static Fetched of(Answer answer) {
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            return new Fetched(
                    new String(answer.body(), StandardCharsets.ISO_8859_1),
                    answer.header("Content-Type"),
                    answer.header("KV-TTL"));
        }
    }

    private static String target(String key) {
        return "/keys/" + URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void fill(Random random) {
        for (int i = 0; i < KEY_COUNT; i++) {
            String key = i < KEYS.length ? KEYS[i] : "k" + random.nextInt(1_000) + "/" + i;
            byte[] value = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(i % 20 == 0 ? 100_000 : 200)];
            if (i % 2 == 0) {
                random.nextBytes(value);
            } else {
                for (int at = 0; at < value.length; at++) {
                    value[at] = (byte) random.nextInt(128);
                }
            }
            String[] headers = {
                i % 3 == 0 ? "Content-Type: text/plain; charset=utf-8" : "Content-Type: x/type" + i,
                "KV-TTL: " + (1 + random.nextInt(100_000_000))
            };
            Answer put = i % 5 == 0
                    ? http().request("PUT", target(key), value, headers)
                    : http().request("PUT", target(key), value, headers[0]);
            assertThat(put.status()).isEqualTo(201);
        }
    }

    /** Returns the exported rows by key, without revisions, because an import assigns new ones. */
    private static Map<String, JsonNode> rows(RawHttp http) throws IOException {
        Map<String, JsonNode> rows = new TreeMap<>();
        List<String> lines = http.get("/export").text().lines().toList();
        for (String line : lines) {
            JsonNode row = TestJson.parse(line);
            if (row.has("key")) {
                ((ObjectNode) row).remove("revision");
                rows.put(row.get("key").textValue(), row);
            }
        }
        assertThat(rows).hasSize(lines.size() - 1);
        return rows;
    }

    private static Map<String, Fetched> fetch(RawHttp http, Iterable<String> keys) {
        Map<String, Fetched> fetched = new TreeMap<>();
        keys.forEach(key -> fetched.put(key, Fetched.of(http.get(target(key)))));
        return fetched;
    }

    @Test
    void importOfAnExport_restoresEveryEntry() throws IOException {
        long seed = System.nanoTime();
        clock.set(NOW);
        fill(new Random(seed));
        Map<String, JsonNode> rows = rows(http());
        assertThat(rows).hasSize(KEY_COUNT);
        Map<String, Fetched> fetched = fetch(http(), rows.keySet());
        byte[] export = http().get("/export", "Accept-Encoding: gzip").body();
        for (StorageMode target : StorageMode.values()) {
            String what = "seed " + seed + ", into mode " + target.label();
            Path folder = targets.resolve(target.label());
            try (Server server = TestServer.start(target, folder, clock);
                    RawHttp http = RawHttp.connect(server.port())) {
                Answer answer = http.request("POST", "/import", export, "Content-Encoding: gzip");
                assertThat(answer.status()).as(what + answer).isEqualTo(200);
                assertThat(rows(http)).as(what).isEqualTo(rows);
                assertThat(fetch(http, rows.keySet())).as(what).isEqualTo(fetched);
            }
            if (target != StorageMode.MEMORY) {
                try (Server server = TestServer.start(target, folder, clock);
                        RawHttp http = RawHttp.connect(server.port())) {
                    assertThat(rows(http)).as(what + ", reopened").isEqualTo(rows);
                }
            }
        }
    }
}
