package io.kvstore.client;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Encodes text for a request target: every UTF-8 byte that RFC 3986 does not call unreserved becomes {@code %XX}. */
final class PercentEncoding {

    private static final String DIGITS = "0123456789ABCDEF";

    private PercentEncoding() {}

    /**
     * Returns the request path of a key.
     *
     * @throws IllegalArgumentException if the key is empty or has an unpaired surrogate
     */
    static String target(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a key must not be empty");
        }
        // Slashes are encoded too, so only a key that is itself "." or ".." could be taken for a dot segment.
        String path = key.equals(".") || key.equals("..") ? key.replace(".", "%2E") : encode("a key", key);
        return "/keys/" + path;
    }

    /**
     * Returns the encoded text.
     *
     * @param what names the text in an error message
     * @throws IllegalArgumentException if the text has an unpaired surrogate
     */
    static String encode(String what, String text) {
        ByteBuffer utf8;
        try {
            utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(what + " has an unpaired surrogate, which UTF-8 cannot encode", e);
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
