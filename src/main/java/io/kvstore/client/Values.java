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

/** Values to bytes and back, and rows of JSON to values. Stateless. */
record Values<V>(Codec<V> codec) {

    byte[] bytes(V value) {
        Objects.requireNonNull(value, "value");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(codec.size(value));
        try {
            codec.encode(value, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new IllegalArgumentException("the codec cannot write the value: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    /** @throws UnreadableAnswerException when the codec cannot read it */
    V value(byte[] bytes) {
        try {
            return codec.decode(new DataInputStream(new ByteArrayInputStream(bytes)), bytes.length);
        } catch (IOException e) {
            throw new UnreadableAnswerException(
                    "the codec cannot read a value of " + bytes.length + " bytes: " + e.getMessage(), false, e);
        }
    }

    /** @throws UnreadableAnswerException when it is no row, or the codec cannot read its value */
    Row<V> row(JsonNode json) {
        JsonNode type = json.path("type");
        return new Row<>(
                text(json, "key"),
                value(json),
                number(json, "revision"),
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
            throw unreadable("base64", e);
        }
    }

    private static @Nullable Instant expires(JsonNode json) {
        if (!json.has("expires")) {
            return null;
        }
        try {
            return Instant.parse(text(json, "expires"));
        } catch (DateTimeException e) {
            throw unreadable("expires", e);
        }
    }

    /** @throws UnreadableAnswerException when the field is no text */
    static String text(JsonNode json, String field) {
        if (!json.path(field).isTextual()) {
            throw unreadable(field, null);
        }
        return json.path(field).textValue();
    }

    /** @throws UnreadableAnswerException when the field is no whole number */
    static long number(JsonNode json, String field) {
        if (!json.path(field).isIntegralNumber()) {
            throw unreadable(field, null);
        }
        return json.path(field).longValue();
    }

    private static UnreadableAnswerException unreadable(String field, @Nullable Exception cause) {
        return new UnreadableAnswerException(
                "the answer has no " + field + " where there must be one: is that a KVStore server?", false, cause);
    }
}
