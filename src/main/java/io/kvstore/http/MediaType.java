package io.kvstore.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Media types, and the header {@code Content-Type}. */
public final class MediaType {

    public static final String HTML = "text/html";
    public static final String JSON = "application/json";
    public static final String NDJSON = "application/x-ndjson";

    /** A header value: plain text. */
    public static final List<String> TEXT = List.of("text/plain; charset=utf-8");

    /** A header value: bytes of an unknown type. */
    public static final List<String> BYTES = List.of("application/octet-stream");

    private static final int BYTES_MAX = 255;

    /** The type that curl sends by default. */
    private static final String CURL_DEFAULT = "application/x-www-form-urlencoded";

    private MediaType() {}

    /**
     * Returns the media type of the request body, or null if the client sent none or the default of curl.
     *
     * @param fields the values of {@code Content-Type}, or null if there is no such header
     * @throws Problem 400 if the header is repeated, too long, or not printable ASCII
     */
    public static @Nullable String parse(@Nullable List<String> fields) {
        if (fields == null) {
            return null;
        }
        if (fields.size() > 1) {
            throw Problem.badRequest("a request must have one Content-Type, not " + fields.size());
        }
        String type = fields.get(0).trim();
        if (type.isEmpty() || type.equalsIgnoreCase(CURL_DEFAULT)) {
            return null;
        }
        String error = error(type);
        if (error != null) {
            throw Problem.badRequest("Content-Type " + error);
        }
        return type;
    }

    /** Returns why a type is not valid, as the continuation of a sentence that begins with its name; null if it is valid. */
    public static @Nullable String error(String type) {
        if (type.length() > BYTES_MAX) {
            return "must have at most " + BYTES_MAX + " bytes, not " + type.length();
        }
        return Quoting.isPrintableAscii(type) ? null : "must be printable ASCII, not " + Quoting.quote(type);
    }
}
