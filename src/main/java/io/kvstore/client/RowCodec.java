package io.kvstore.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.store.Codec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Converts values to bytes and back, and JSON rows to {@link Row}s. Stateless. */
record RowCodec<V>(Codec<V> values) {

    byte[] bytes(V value) {
        Objects.requireNonNull(value, "value");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(values.size(value));
        try {
            values.encode(value, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new IllegalArgumentException("the codec cannot encode the value: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    /** @throws ClientException.UnreadableResponse if the codec cannot decode the bytes */
    V value(byte[] bytes) {
        try {
            return values.decode(new DataInputStream(new ByteArrayInputStream(bytes)), bytes.length);
        } catch (IOException e) {
            throw new ClientException.UnreadableResponse(
                    "the codec cannot decode a value of " + bytes.length + " bytes: " + e.getMessage(), false, e);
        }
    }

    /** @throws ClientException.UnreadableResponse if this is not a row, or the codec cannot decode its value */
    Row<V> row(JsonNode json) {
        JsonNode type = json.path("type");
        return new Row<>(
                Json.text(json, "key"),
                value(json),
                Json.number(json, "revision"),
                type.isMissingNode() ? null : type.asText(),
                expires(json));
    }

    private @Nullable V value(JsonNode json) {
        if (json.path("value").isTextual()) {
            return value(json.path("value").textValue().getBytes(StandardCharsets.UTF_8));
        }
        if (!json.has("base64")) {
            return null;
        }
        try {
            return value(json.path("base64").binaryValue());
        } catch (IOException e) {
            throw Json.invalidField("base64", e);
        }
    }

    private static @Nullable Instant expires(JsonNode json) {
        if (!json.has("expires")) {
            return null;
        }
        try {
            return Instant.parse(Json.text(json, "expires"));
        } catch (DateTimeException e) {
            throw Json.invalidField("expires", e);
        }
    }
}
