package io.kvstore.api;

import io.kvstore.keyspace.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The media type of a value, between header and store. */
final class MediaType {

    static final String HTML = "text/html";
    static final String JSON = "application/json";
    static final String NDJSON = "application/x-ndjson";

    private static final int BYTES_MAX = 255;
    static final List<String> TEXT = List.of("text/plain; charset=utf-8");
    private static final List<String> BYTES = List.of("application/octet-stream");

    /** What curl says of a body when nobody told it the type. */
    private static final String CURL_DEFAULT = "application/x-www-form-urlencoded";

    private MediaType() {}

    /**
     * The type to keep with a value, or null for none.
     *
     * @param fields the values of Content-Type, or null when it was not sent
     * @throws Problem 400 when it is repeated, too long, or not printable ASCII
     */
    static @Nullable String stored(@Nullable List<String> fields) {
        if (fields == null) {
            return null;
        }
        if (fields.size() > 1) {
            throw Problem.badRequest("Content-Type is given " + fields.size() + " times");
        }
        String type = fields.get(0).trim();
        if (type.isEmpty() || type.equalsIgnoreCase(CURL_DEFAULT)) {
            return null;
        }
        String wrong = whatIsWrong(type);
        if (wrong != null) {
            throw Problem.badRequest("Content-Type " + wrong);
        }
        return type;
    }

    /** Why a type cannot be kept, to be read after its name; null where it can. */
    static @Nullable String whatIsWrong(String type) {
        if (type.length() > BYTES_MAX) {
            return "has at most " + BYTES_MAX + " bytes, not " + type.length();
        }
        return Text.isPrintableAscii(type) ? null : "must be printable ASCII, not " + Text.quoted(type);
    }

    /** The type to send a value with. */
    static List<String> sent(Value value) {
        String type = value.type();
        if (type != null) {
            return List.of(type);
        }
        return value.text() ? TEXT : BYTES;
    }
}
