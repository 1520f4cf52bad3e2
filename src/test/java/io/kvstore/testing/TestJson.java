package io.kvstore.testing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Reads and writes JSON in tests. Malformed JSON throws {@link UncheckedIOException}. */
public final class TestJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TestJson() {}

    public static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode parse(byte[] json) {
        return read(json, new TypeReference<>() {});
    }

    /** Returns the elements of an array of strings. */
    public static List<String> strings(byte[] json) {
        return read(json, new TypeReference<>() {});
    }

    /** Returns the members of an object whose values are strings. */
    public static Map<String, String> stringMap(byte[] json) {
        return read(json, new TypeReference<>() {});
    }

    /** Returns a JSON string with quotes and escapes. */
    public static String quoted(String text) {
        try {
            return MAPPER.writeValueAsString(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T read(byte[] json, TypeReference<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
