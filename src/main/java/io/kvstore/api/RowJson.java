package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Value;
import io.kvstore.store.SecondaryKey;
import java.io.IOException;
import java.time.Instant;

/**
 * Writes rows: a key and its value as a JSON object, in listings, exports, batches and watches. The field {@code value} has
 * the value if it is valid UTF-8; otherwise {@code base64} has it. The fields {@code type} and {@code expires} are absent if
 * the value has neither.
 */
final class RowJson {

    private RowJson() {}

    /** Writes a row as a JSON object. */
    static void write(Key key, Value value, JsonGenerator json) throws IOException {
        json.writeStartObject();
        writeFields(key, value, true, json);
        json.writeEndObject();
    }

    /**
     * Writes the fields of a row into the current JSON object.
     *
     * @param bytes whether to include the value itself
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
