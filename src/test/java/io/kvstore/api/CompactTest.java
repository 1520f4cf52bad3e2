package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Tests {@code POST /admin/compact}. */
@EveryMode
class CompactTest extends ServedTest {

    private boolean compacts() {
        return mode() == StorageMode.PERSISTENT || mode() == StorageMode.CACHED;
    }

    @Test
    void compact_shrinksTheFilesAndChangesNothingElse() throws IOException {
        for (int i = 0; i < 40; i++) {
            http().put("/keys/k" + i, "x".repeat(100_000), "KV-TTL: 1h");
        }
        for (int i = 1; i < 40; i++) {
            http().request("DELETE", "/keys/k" + i);
        }
        Answer before = http().get("/keys/k0");
        Answer answer = http().request("POST", "/admin/compact");
        if (!compacts()) {
            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.text()).contains("Not Implemented").contains(mode().label());
            return;
        }
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        JsonNode json = answer.json();
        assertThat(json.size()).isEqualTo(2);
        Answer again = http().request("POST", "/admin/compact");
        JsonNode next = again.json();
        assertThat(next.get("before").longValue()).isEqualTo(json.get("after").longValue());
        assertThat(next.get("after").longValue()).isPositive();
        Answer after = http().get("/keys/k0");
        assertThat(after.text()).isEqualTo(before.text());
        assertThat(after.header("ETag")).isEqualTo(before.header("ETag"));
        assertThat(after.header("KV-TTL")).isNotNull();
        assertThat(http().request("HEAD", "/keys").header("KV-Count")).isEqualTo("1");
        restart();
        assertThat(http().get("/keys/k0").header("ETag")).isEqualTo(before.header("ETag"));
    }

    @Test
    void compact_acceptsOnlyAPostWithoutBodyAndParameters() {
        Answer get = http().get("/admin/compact");
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.header("Allow")).isEqualTo("POST, OPTIONS");
        Answer body = http().request("POST", "/admin/compact", "now".getBytes(StandardCharsets.UTF_8));
        assertThat(body.status()).isEqualTo(400);
        assertThat(body.text()).contains("3 bytes");
        assertThat(http().request("POST", "/admin/compact?now=1").status()).isEqualTo(400);
        assertThat(http().request("POST", "/admin/compact/").status()).isEqualTo(404);
    }
}
