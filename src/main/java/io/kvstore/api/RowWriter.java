package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Json;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Value;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes the rows of a listing as the body of a response, in one of several formats. If writing fails, the stream must not be
 * closed, so that the client sees that the body was cut off. Not thread-safe.
 *
 * @param <E> what a row contains besides the key
 */
interface RowWriter<E> {

    /** Creates a writer. */
    @FunctionalInterface
    interface Opener<E> {

        /**
         * Begins a body.
         *
         * @param out the stream for the body; {@link RowWriter#end} closes it
         * @param revision the revision of the store when the listing began
         */
        RowWriter<E> open(OutputStream out, long revision) throws IOException;
    }

    /** Writes a row. */
    void row(Key key, E element) throws IOException;

    /** Completes the body and closes the stream. */
    void end() throws IOException;

    /** Writes keys as one JSON array. */
    static RowWriter<Long> keys(OutputStream out) throws IOException {
        JsonGenerator json = Json.generator(out);
        json.writeStartArray();
        return new Keys(json);
    }

    /** Writes keys and values as one JSON object, such as {@code {"a":"text","b":{"base64":"/wA="}}}. */
    static RowWriter<Value> pairs(OutputStream out) throws IOException {
        JsonGenerator json = Json.generator(out);
        json.writeStartObject();
        return new Pairs(json);
    }

    /**
     * Writes rows as {@code application/x-ndjson}: one row per line, and a last line with the number of rows. If the last
     * line is missing, the body was cut off.
     *
     * @param values whether rows contain the value itself
     * @param revision the revision of the store when the listing began
     */
    static RowWriter<Value> lines(OutputStream out, boolean values, long revision) throws IOException {
        return new Lines(Json.lines(out), values, revision);
    }

    /** A JSON array of keys. */
    record Keys(JsonGenerator json) implements RowWriter<Long> {

        @Override
        public void row(Key key, Long expiryMillis) throws IOException {
            json.writeString(key.toString());
        }

        @Override
        public void end() throws IOException {
            json.writeEndArray();
            json.close();
        }
    }

    /** A JSON object with a field for each key. */
    record Pairs(JsonGenerator json) implements RowWriter<Value> {

        @Override
        public void row(Key key, Value value) throws IOException {
            json.writeFieldName(key.toString());
            byte[] bytes = value.bytes();
            if (value.text()) {
                json.writeUTF8String(bytes, 0, bytes.length);
            } else {
                json.writeStartObject();
                json.writeFieldName("base64");
                json.writeBinary(bytes);
                json.writeEndObject();
            }
        }

        @Override
        public void end() throws IOException {
            json.writeEndObject();
            json.close();
        }
    }

    /** Lines of JSON. */
    final class Lines implements RowWriter<Value> {

        private final JsonGenerator json;
        private final boolean values;
        private final long revision;
        private long count;

        private Lines(JsonGenerator json, boolean values, long revision) {
            this.json = json;
            this.values = values;
            this.revision = revision;
        }

        @Override
        public void row(Key key, Value value) throws IOException {
            json.writeStartObject();
            RowJson.writeFields(key, value, values, json);
            json.writeEndObject();
            count++;
        }

        @Override
        public void end() throws IOException {
            json.writeStartObject();
            json.writeBooleanField("end", true);
            json.writeNumberField("count", count);
            json.writeNumberField("revision", revision);
            json.writeEndObject();
            json.writeRaw('\n');
            json.close();
        }
    }
}
