package io.kvstore.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Percent-encoding of UTF-8, RFC 3986 section 2.1. Decodes strictly and only once; a plus sign stands for itself, not for a
 * space.
 */
public final class PercentEncoding {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentEncoding() {}

    /**
     * Decodes a part of a request target into bytes, which are valid UTF-8.
     *
     * @param what the name of the part in an error message
     * @throws Problem 400 if an escape is malformed, a character is not ASCII, or the bytes are not UTF-8
     */
    public static byte[] decode(String text, int from, int to, String what) {
        byte[] bytes = new byte[to - from];
        int size = 0;
        boolean ascii = true;
        int at = from;
        while (at < to) {
            char c = text.charAt(at);
            if (c == '%') {
                int high = at + 2 < to ? hex(text.charAt(at + 1)) : -1;
                int low = at + 2 < to ? hex(text.charAt(at + 2)) : -1;
                if (high < 0 || low < 0) {
                    throw Problem.badRequest("% in the " + what + " must be followed by two hexadecimal digits, not "
                            + Quoting.quote(text.substring(at + 1, Math.min(to, at + 3))));
                }
                bytes[size++] = (byte) (high << 4 | low);
                ascii &= high < 8;
                at += 3;
            } else if (c >= 0x80) {
                throw Problem.badRequest("the " + what + " has a raw byte that is not ASCII: percent-encode it");
            } else {
                bytes[size++] = (byte) c;
                at++;
            }
        }
        byte[] decoded = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        if (!ascii && !Utf8Validator.isValid(decoded)) {
            throw Problem.badRequest("the " + what + " is not valid UTF-8 after percent-decoding");
        }
        return decoded;
    }

    /** Encodes a text for use in a query: escapes everything except unreserved characters. */
    public static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(b)) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || "-._~".indexOf(b) >= 0;
    }

    private static int hex(char c) {
        return HexFormat.isHexDigit(c) ? HexFormat.fromHexDigit(c) : -1;
    }
}
