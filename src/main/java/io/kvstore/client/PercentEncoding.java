package io.kvstore.client;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text as it stands in a request's target: its bytes of UTF-8, all but the unreserved of RFC 3986 as {@code %XX}. */
final class PercentEncoding {

    private static final String DIGITS = "0123456789ABCDEF";

    private PercentEncoding() {}

    /**
     * The target of a key.
     *
     * @throws IllegalArgumentException when the key is empty, or has half a surrogate pair
     */
    static String target(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a key has at least one byte, and this one none");
        }
        // A slash is encoded too, so that no dot segment arises, but for the key that is nothing else.
        String path = key.equals(".") || key.equals("..") ? key.replace(".", "%2E") : encode("a key", key);
        return "/keys/" + path;
    }

    /**
     * @param what names the text in an error
     * @throws IllegalArgumentException when the text has half a surrogate pair
     */
    static String encode(String what, String text) {
        ByteBuffer utf8;
        try {
            utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    what + " has half a surrogate pair in it, which UTF-8 has no bytes for", e);
        }
        StringBuilder encoded = new StringBuilder(utf8.remaining() + 16);
        while (utf8.hasRemaining()) {
            int b = utf8.get() & 0xff;
            if (isUnreserved(b)) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(DIGITS.charAt(b >> 4)).append(DIGITS.charAt(b & 15));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(int b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~';
    }
}
