package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvstore.http.Json;
import io.kvstore.http.JsonInput;
import io.kvstore.http.Problem;
import io.kvstore.keyspace.Command;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Parses bodies of batches: they are rejected with 400 or 413, or give the keys that another JSON parser finds. */
public final class BatchFuzz {

    private static final Limits LIMITS = new Limits(32, 256, 8, 4096);
    private static final JsonFactory JSON = Json.parsers(LIMITS.valueBytes());
    private static final JsonMapper OTHER = new JsonMapper();
    private static final Set<Integer> REJECTIONS = Set.of(400, 413);

    private BatchFuzz() {}

    /** @param input a body */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        List<Command> commands;
        try {
            commands = new BatchReader(new JsonInput(JSON, new ByteArrayInputStream(input)), LIMITS).read();
        } catch (Problem rejection) {
            assertThat(rejection.status()).isIn(REJECTIONS);
            return;
        }
        assertThat(commands).hasSizeLessThanOrEqualTo(LIMITS.batchOps());
        JsonNode ops = OTHER.readTree(input).get("ops");
        assertThat(commands).hasSize(ops.size());
        for (int i = 0; i < commands.size(); i++) {
            assertThat(commands.get(i).key()).hasToString(ops.get(i).get("key").textValue());
        }
    }
}
