package io.kvstore.api;

import com.sun.net.httpserver.HttpExchange;
import java.util.List;
import java.util.Map;

/**
 * How large the head of a request may be. All of it lies below what the JDK's server takes, which closes the connection
 * without a word beyond that: 200 fields, 380 KiB.
 */
final class HeadBounds {

    static final int FIELDS_MAX = 100;

    /** Names, values, and four more bytes a line. */
    static final int FIELD_BYTES_MAX = 64 << 10;

    private static final int LINE_BYTES = 4;

    /** Room for a query that says everything there is to say. */
    private static final int QUERY_BYTES = 16 << 10;

    /** A byte of a key takes three where it is percent-encoded; the fourth is for a second key, or most of it. */
    private static final int BYTES_PER_KEY_BYTE = 4;

    private final int targetBytesMax;

    HeadBounds(Limits limits) {
        this.targetBytesMax = QUERY_BYTES + BYTES_PER_KEY_BYTE * limits.keyBytes();
    }

    /** @throws Problem 414 for the target, 431 for the header fields */
    void check(HttpExchange exchange) {
        int targetBytes = exchange.getRequestURI().toString().length();
        if (targetBytes > targetBytesMax) {
            throw new Problem(
                    414, "a request target has at most " + targetBytesMax + " bytes here, not " + targetBytes);
        }
        int fields = 0;
        long bytes = 0;
        for (Map.Entry<String, List<String>> field :
                exchange.getRequestHeaders().entrySet()) {
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
