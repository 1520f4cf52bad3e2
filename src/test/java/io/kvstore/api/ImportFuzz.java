package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.api.RowReader.Row;
import io.kvstore.http.Gunzip;
import io.kvstore.http.Json;
import io.kvstore.http.JsonInput;
import io.kvstore.http.Problem;
import io.kvstore.keyspace.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipException;

/** Parses bodies of imports, gzip or not: they are rejected with 400 or 413, or their rows survive writing and reading. */
public final class ImportFuzz {

    private static final Limits LIMITS = new Limits(32, 256, 8, 4096);
    private static final JsonFactory JSON = Json.parsers(LIMITS.valueBytes());
    private static final Set<Integer> REFUSALS = Set.of(400, 413);

    private ImportFuzz() {}

    /** @param input a body */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        InputStream body = new ByteArrayInputStream(input);
        List<Row> rows;
        try (Gunzip gzip = new Gunzip(body)) {
            rows = read(Gunzip.isGzip(input) ? gzip : body);
        } catch (ZipException refused) {
            assertThat(refused.getMessage()).contains("gzip data").doesNotContain("null");
            return;
        } catch (Problem refused) {
            assertThat(refused.status()).isIn(REFUSALS);
            return;
        }
        List<Row> again = read(new ByteArrayInputStream(written(rows)));
        assertThat(again).hasSameSizeAs(rows);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(again.get(i).key()).isEqualTo(rows.get(i).key());
            assertThat(again.get(i).expiryMillis()).isEqualTo(rows.get(i).expiryMillis());
            assertThat(again.get(i).content().type())
                    .isEqualTo(rows.get(i).content().type());
            assertThat(again.get(i).content().bytes())
                    .isEqualTo(rows.get(i).content().bytes());
        }
    }

    private static List<Row> read(InputStream body) throws IOException {
        RowReader reader = new RowReader(new JsonInput(JSON, body), LIMITS);
        List<Row> rows = new ArrayList<>();
        for (Row row = reader.next(); row != null; row = reader.next()) {
            rows.add(row);
        }
        return rows;
    }

    private static byte[] written(List<Row> rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.lines(out)) {
            for (Row row : rows) {
                RowJson.write(row.key(), new Value(row.content(), 1, 0, row.expiryMillis()), json);
            }
        }
        return out.toByteArray();
    }
}
