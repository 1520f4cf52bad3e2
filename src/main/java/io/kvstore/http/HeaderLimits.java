package io.kvstore.http;

import java.util.List;
import java.util.Map;

/**
 * The limits for the head of a request. They are below the limits of the JDK's server (200 fields, 380 KiB), which closes the
 * connection without a response.
 */
public final class HeaderLimits {

    static final int FIELDS_MAX = 100;

    /** The total size of names and values, plus four bytes per header. */
    static final int FIELD_BYTES_MAX = 64 << 10;

    private static final int LINE_BYTES = 4;

    /** Enough for the longest key or filter if each byte is percent-encoded as three characters. */
    static final int TARGET_BYTES_MAX = 256 << 10;

    private HeaderLimits() {}

    /**
     * Checks the head of a request.
     *
     * @throws Problem 414 if the target is too long; 431 if there are too many headers, or they are too large
     */
    public static void check(Request request) {
        int targetBytes = request.rawTarget().length();
        if (targetBytes > TARGET_BYTES_MAX) {
            throw new Problem(414, "a request target has at most " + TARGET_BYTES_MAX + " bytes, not " + targetBytes);
        }
        int fields = 0;
        long bytes = 0;
        for (Map.Entry<String, List<String>> field : request.headers().entrySet()) {
            for (String value : field.getValue()) {
                fields++;
                bytes += field.getKey().length() + value.length() + LINE_BYTES;
            }
        }
        if (fields > FIELDS_MAX) {
            throw new Problem(431, "a request has at most " + FIELDS_MAX + " header fields, not " + fields);
        }
        if (bytes > FIELD_BYTES_MAX) {
            throw new Problem(
                    431, "the header fields of a request have at most " + FIELD_BYTES_MAX + " bytes, not " + bytes);
        }
    }
}
