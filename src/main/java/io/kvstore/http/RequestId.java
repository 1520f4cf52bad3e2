package io.kvstore.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The name of a request in the answer and in logs: the client's own where it is fit for that, else drawn. */
public final class RequestId {

    private static final HexFormat HEX = HexFormat.of();
    private static final int LENGTH_MAX = 128;

    private RequestId() {}

    public static String of(@Nullable String given) {
        return given != null && isFit(given)
                ? given
                : HEX.toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private static boolean isFit(String id) {
        if (id.isEmpty() || id.length() > LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean fit = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!fit) {
                return false;
            }
        }
        return true;
    }
}
