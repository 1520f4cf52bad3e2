package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Tests {@code GET /export}. */
@EveryMode
class ExportTest extends ServedTest {

    @Test
    void export_containsEveryRowAndTheEndRow() {
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        http().put("/keys/a", "text", "Content-Type: text/x");
        http().request("PUT", "/keys/b/1", new byte[] {(byte) 0xFF, 0}, "KV-TTL: 60");
        Answer answer = http().get("/export");
        assertThat(answer.text()).isEqualTo("""
                        {"key":"a","value":"text","revision":1,"type":"text/x"}
                        {"key":"b/1","base64":"/wA=","revision":2,"expires":"2030-01-01T00:01:00Z"}
                        {"end":true,"count":2,"revision":2}
                        """);
        assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=\"kvstore.ndjson\"");
        assertThat(answer.header("Content-Encoding")).isNull();
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("Vary")).isEqualTo("Accept-Encoding");
        assertThat(answer.revision()).isEqualTo(2);
        assertThat(http().get("/export?prefix=b/").text().lines()).hasSize(2).noneMatch(row -> row.contains("\"a\""));
        assertThat(http().get("/export?prefix=c").text()).isEqualTo("{\"end\":true,\"count\":0,\"revision\":2}\n");
    }

    @Test
    void export_isCompressedIfTheClientAcceptsGzip() throws IOException {
        for (int i = 0; i < 1_200; i++) {
            http().put("/keys/" + (10_000 + i), "value of " + i);
        }
        Answer plain = http().get("/export");
        Answer packed = http().get("/export", "Accept-Encoding: gzip");
        assertThat(packed.complete()).isTrue();
        assertThat(packed.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(packed.body().length).isLessThan(plain.body().length / 4);
        GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()));
        assertThat(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(plain.text());
        List<String> rows = plain.text().lines().toList();
        assertThat(rows).hasSize(1_201).last().isEqualTo("{\"end\":true,\"count\":1200,\"revision\":1200}");
    }

    @Test
    void head_hasTheHeadersOfGet() {
        http().put("/keys/a", "x");
        for (String encoding : new String[] {"identity", "gzip"}) {
            Answer get = http().get("/export", "Accept-Encoding: " + encoding);
            Answer head = http().request("HEAD", "/export", "Accept-Encoding: " + encoding);
            for (String name : new String[] {
                "Content-Type", "Content-Disposition", "Content-Encoding", "Content-Length", "KV-Revision", "Vary"
            }) {
                assertThat(head.header(name)).as(name).isEqualTo(get.header(name));
            }
        }
        assertThat(http().get("/livez").text())
                .as("the connection stays usable")
                .isEqualTo("ok");
        assertThat(http().request("DELETE", "/export").status()).isEqualTo(405);
    }
}
