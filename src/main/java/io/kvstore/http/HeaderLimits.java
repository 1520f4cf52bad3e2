package io.kvstore.http;

import java.util.List;
import java.util.Map;

/**
 * How large the head of a request may be. All of it lies below what the JDK's server takes, which closes the connection
 * without a word beyond that: 200 fields, 380 KiB.
 */
public final class HeaderLimits {

    static final int FIELDS_MAX = 100;

    /** Names, values, and four more bytes a line. */
    static final int FIELD_BYTES_MAX = 64 << 10;

    private static final int LINE_BYTES = 4;

    /** Room for the longest key or filter, of which each byte takes three where it is percent-encoded. */
    static final int TARGET_BYTES_MAX = 256 << 10;

    private HeaderLimits() {}

    /** @throws Problem 414 for the target, 431 for the header fields */
    public static void check(Request request) {
        int targetBytes = request.rawTarget().length();
        if (targetBytes > TARGET_BYTES_MAX) {
            throw new Problem(
                    414, "a request target has at most " + TARGET_BYTES_MAX + " bytes here, not " + targetBytes);
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
            throw new Problem(431, "a request has at most " + FIELDS_MAX + " header fields here, not " + fields);
        }
        if (bytes > FIELD_BYTES_MAX) {
            throw new Problem(
                    431,
                    "the header fields of a request have at most " + FIELD_BYTES_MAX + " bytes here, not " + bytes);
        }
    }
}
