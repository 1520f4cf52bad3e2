package io.kvstore.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.kvstore.keyspace.Value;
import java.io.IOException;
import java.io.OutputStream;

/** How JSON is written. */
final class Json {

    private static final JsonFactory FACTORY = settings().build();
    private static final JsonFactory LINES = settings().rootValueSeparator("\n").build();

    private Json() {}

    private static JsonFactoryBuilder settings() {
        return new JsonFactoryBuilder()
                // What stays open when an answer fails must stay open: a closing brace would make it look whole.
                .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                // Buffers kept by threads would be made anew for each virtual thread.
                .recyclerPool(JsonRecyclerPools.newConcurrentDequePool());
    }

    static JsonGenerator generator(OutputStream out) throws IOException {
        return FACTORY.createGenerator(out);
    }

    /** As {@link #generator}, of values each of which begins a line. */
    static JsonGenerator lines(OutputStream out) throws IOException {
        return LINES.createGenerator(out);
    }

    /** Writes a value: a string where its bytes are valid UTF-8, else an object with them in base64. */
    static void write(Value value, JsonGenerator json) throws IOException {
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
}
