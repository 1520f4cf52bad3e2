package io.kvstore.api;

import io.kvstore.keyspace.Utf8;
import java.util.Arrays;
import java.util.HexFormat;

/** Percent-encoding of UTF-8, RFC 3986 section 2.1, read strictly and once: a plus sign is a plus sign. */
final class PercentEncoding {

    private PercentEncoding() {}

    /**
     * The bytes that a part of a request target stands for, which are valid UTF-8.
     *
     * @param what names the part in an error
     * @throws Problem 400 when an escape is broken, a character is not ASCII, or the bytes are not UTF-8
     */
    static byte[] decode(String text, int from, int to, String what) {
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
                    throw Problem.badRequest("after % in the " + what + " there must be two hexadecimal digits, not "
                            + Text.quoted(text.substring(at + 1, Math.min(to, at + 3))));
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
        if (!ascii && !Utf8.isValid(decoded)) {
            throw Problem.badRequest("the " + what + " is not valid UTF-8 after percent-decoding");
        }
        return decoded;
    }

    private static int hex(char c) {
        return HexFormat.isHexDigit(c) ? HexFormat.fromHexDigit(c) : -1;
    }
}
