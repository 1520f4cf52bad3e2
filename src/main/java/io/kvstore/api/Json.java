package io.kvstore.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.kvstore.keyspace.Value;
import java.io.IOException;
import java.io.OutputStream;

/** How JSON is written, and read. */
final class Json {

    private static final JsonFactory FACTORY = settings().build();
    private static final JsonFactory LINES = settings().rootValueSeparator("\n").build();

    /** The most characters that a string may have where a key and a value have less: enough for a list of entity tags. */
    private static final int STRING_CHARS_MIN = 64 << 10;

    private static final int NAME_CHARS_MAX = 1_000;
    private static final int DEPTH_MAX = 8;

    private Json() {}

    /** Reads what clients send within these limits: strictly, and no string that is longer than any that has a use. */
    static JsonFactory reading(Limits limits) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Math.max(STRING_CHARS_MIN, base64Chars(limits.valueBytes())))
                        .maxNameLength(NAME_CHARS_MAX)
                        .maxNestingDepth(DEPTH_MAX)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                // JSON is UTF-8, RFC 8259: a guess that it is UTF-16 would let bytes through that nobody looked at.
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                .build();
    }

    private static int base64Chars(int bytes) {
        return (int) Math.min(Integer.MAX_VALUE, (bytes + 2L) / 3 * 4);
    }

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

    /** As {@link #generator}, for JSON amid other bytes: closing it neither closes the stream nor flushes it. */
    static JsonGenerator part(OutputStream out) throws IOException {
        return FACTORY.createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
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
