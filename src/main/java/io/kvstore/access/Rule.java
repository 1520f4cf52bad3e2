package io.kvstore.access;

import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.KeyRange;
import io.kvstore.keyspace.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Grants access to the keys with a prefix. A rule is written as prefix, colon and access, for example {@code app/:rw}.
 * The last colon is the separator. Before it, {@code %} begins an escape as in a URL, so that a prefix can contain
 * spaces. The empty prefix matches all keys.
 */
public record Rule(String prefix, AccessLevel access) {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /**
     * Parses a rule.
     *
     * @throws AccessException if the text is not a valid rule
     */
    public static Rule parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new AccessException(
                    "a rule must be a prefix, a colon and r, rw or admin, such as app/:rw, or :rw for all keys");
        }
        Rule rule = new Rule(prefix(text.substring(0, colon)), access(text.substring(colon + 1)));
        if (rule.access == AccessLevel.ADMIN && !rule.prefix.isEmpty()) {
            throw new AccessException("admin applies to the whole store: write :admin, without a prefix");
        }
        return rule;
    }

    /**
     * Returns a rule for a prefix, which is taken literally, without escapes.
     *
     * @throws AccessException if the prefix is too long
     */
    public static Rule of(String prefix, boolean writes) {
        if (prefix.getBytes(StandardCharsets.UTF_8).length > Key.BYTES_MAX) {
            throw invalidPrefix();
        }
        return new Rule(prefix, writes ? AccessLevel.WRITE : AccessLevel.READ);
    }

    private static AccessLevel access(String label) {
        for (AccessLevel access : AccessLevel.values()) {
            if (access.label().equals(label)) {
                return access;
            }
        }
        throw new AccessException("the access after the last colon of a rule must be r, rw or admin, as in app/:rw");
    }

    private static String prefix(String text) {
        byte[] utf8 = decoded(text);
        if (!Utf8.isValid(utf8) || utf8.length > Key.BYTES_MAX) {
            throw invalidPrefix();
        }
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static AccessException invalidPrefix() {
        return new AccessException("the prefix of a rule must be valid UTF-8 of at most " + Key.BYTES_MAX + " bytes");
    }

    private static byte[] decoded(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                decoded.write(encoded[i]);
            } else if (i + 2 < encoded.length
                    && HexFormat.isHexDigit(encoded[i + 1])
                    && HexFormat.isHexDigit(encoded[i + 2])) {
                decoded.write(HexFormat.fromHexDigit(encoded[i + 1]) << 4 | HexFormat.fromHexDigit(encoded[i + 2]));
                i += 2;
            } else {
                throw new AccessException(
                        "% in a prefix must be followed by two hexadecimal digits; write %25 for a percent sign");
            }
        }
        return decoded.toByteArray();
    }

    /** Returns the rule as {@link #parse} reads it, in printable ASCII without spaces. */
    String text() {
        StringBuilder text = new StringBuilder(prefix.length() + 8);
        for (byte b : prefix.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b <= '~' && b != '%') {
                text.append((char) b);
            } else {
                text.append('%').append(HEX.toHexDigits(b));
            }
        }
        return text.append(':').append(access.label()).toString();
    }

    /** Returns the keys with the prefix. */
    KeyRange keys() {
        return prefix.isEmpty() ? KeyRange.ALL : KeyRange.prefix(Key.of(prefix));
    }
}
