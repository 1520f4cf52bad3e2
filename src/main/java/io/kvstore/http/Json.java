package io.kvstore.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.OutputStream;

/** Settings of the JSON parser and the JSON generators. Thread-safe. */
public final class Json {

    private static final JsonFactory FACTORY = settings().build();
    private static final JsonFactory LINES = settings().rootValueSeparator("\n").build();

    /** The least length limit of a string: enough for a list of entity tags. */
    private static final int STRING_CHARS_MIN = 64 << 10;

    private static final int NAME_CHARS_MAX = 1_000;
    private static final int DEPTH_MAX = 8;

    private Json() {}

    /**
     * Returns a factory of strict parsers for JSON from clients.
     *
     * @param binaryBytesMax the most bytes that a string may represent; a longer string is rejected before it is in memory
     */
    public static JsonFactory parsers(int binaryBytesMax) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Math.max(STRING_CHARS_MIN, base64Chars(binaryBytesMax)))
                        .maxNameLength(NAME_CHARS_MAX)
                        .maxNestingDepth(DEPTH_MAX)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                // JSON is UTF-8, RFC 8259. If the parser guessed UTF-16, the bytes would not be validated as UTF-8.
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
                // If a response fails, its JSON must stay incomplete: a closing brace would make it look complete.
                .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                // Thread-local buffers would be allocated again for each virtual thread.
                .recyclerPool(JsonRecyclerPools.newConcurrentDequePool());
    }

    /** Returns a generator that closes the stream when it is closed. */
    public static JsonGenerator generator(OutputStream out) throws IOException {
        return FACTORY.createGenerator(out);
    }

    /** Returns a generator for JSON among other bytes: closing it neither closes nor flushes the stream. */
    public static JsonGenerator part(OutputStream out) throws IOException {
        return FACTORY.createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    }

    /** Returns a generator that begins a new line for each value, and closes the stream when it is closed. */
    public static JsonGenerator lines(OutputStream out) throws IOException {
        return LINES.createGenerator(out);
    }
}
