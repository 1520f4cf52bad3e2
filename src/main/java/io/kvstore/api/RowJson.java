package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Value;
import io.kvstore.store.SecondaryKey;
import java.io.IOException;
import java.time.Instant;

/**
 * A row: a key and what it maps to, as it is written in lists, exports, batches and watches. {@code value} is the value
 * where it is valid UTF-8, else there is {@code base64}; {@code type} and {@code expires} only where there is one.
 */
final class RowJson {

    private RowJson() {}

    /** Writes a row as an object. */
    static void write(Key key, Value value, JsonGenerator json) throws IOException {
        json.writeStartObject();
        writeFields(key, value, true, json);
        json.writeEndObject();
    }

    /**
     * Writes the fields of a row into an object that is open.
     *
     * @param bytes whether the value itself is wanted
     */
    static void writeFields(Key key, Value value, boolean bytes, JsonGenerator json) throws IOException {
        json.writeStringField("key", key.toString());
        if (bytes) {
            if (value.text()) {
                json.writeFieldName("value");
                json.writeUTF8String(value.bytes(), 0, value.bytes().length);
            } else {
                json.writeBinaryField("base64", value.bytes());
            }
        }
        json.writeNumberField("revision", value.revision());
        if (value.type() != null) {
            json.writeStringField("type", value.type());
        }
        if (value.expiryMillis() != SecondaryKey.NONE) {
            json.writeStringField(
                    "expires", Instant.ofEpochMilli(value.expiryMillis()).toString());
        }
    }
}
