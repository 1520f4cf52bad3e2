package io.kvstore.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The ID of a request in its response and in logs. */
public final class RequestId {

    private static final HexFormat HEX = HexFormat.of();
    private static final int LENGTH_MAX = 128;

    private RequestId() {}

    /**
     * Returns the ID that the client gave, or a random ID if that is null or invalid. A valid ID has 1 to 128 letters,
     * digits, dots, underscores and dashes.
     */
    public static String of(@Nullable String given) {
        return given != null && isValid(given)
                ? given
                : HEX.toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private static boolean isValid(String id) {
        if (id.isEmpty() || id.length() > LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean valid = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!valid) {
                return false;
            }
        }
        return true;
    }
}
