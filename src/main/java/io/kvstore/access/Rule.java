package io.kvstore.access;

import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.KeyRange;
import io.kvstore.keyspace.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What may be done with the keys that begin with a prefix, written {@code app/:rw}. The last colon counts, and in front of it
 * {@code %} begins an escape as in a URL, so that a prefix may have spaces. An empty prefix is that of every key.
 */
public record Rule(String prefix, Access access) {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** @throws AccessException when it is no rule */
    public static Rule parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new AccessException("a rule is a prefix and r, rw or admin, as in app/:rw, or :rw for every key");
        }
        Rule rule = new Rule(prefix(text.substring(0, colon)), access(text.substring(colon + 1)));
        if (rule.access == Access.ADMIN && !rule.prefix.isEmpty()) {
            throw new AccessException("admin is over the whole store: it is written :admin, without a prefix");
        }
        return rule;
    }

    /** The rule for a prefix that is no text with escapes, but the prefix itself. */
    public static Rule of(String prefix, boolean writes) {
        if (prefix.getBytes(StandardCharsets.UTF_8).length > Key.BYTES_MAX) {
            throw tooLong();
        }
        return new Rule(prefix, writes ? Access.WRITE : Access.READ);
    }

    private static Access access(String label) {
        for (Access access : Access.values()) {
            if (access.label().equals(label)) {
                return access;
            }
        }
        throw new AccessException("what follows the last colon of a rule is r, rw or admin, as in app/:rw");
    }

    private static String prefix(String text) {
        byte[] utf8 = decoded(text);
        if (!Utf8.isValid(utf8) || utf8.length > Key.BYTES_MAX) {
            throw tooLong();
        }
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static AccessException tooLong() {
        return new AccessException("the prefix of a rule is at most " + Key.BYTES_MAX + " bytes of UTF-8");
    }

    private static byte[] decoded(String text) {
        byte[] written = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(written.length);
        for (int i = 0; i < written.length; i++) {
            if (written[i] != '%') {
                decoded.write(written[i]);
            } else if (i + 2 < written.length
                    && HexFormat.isHexDigit(written[i + 1])
                    && HexFormat.isHexDigit(written[i + 2])) {
                decoded.write(HexFormat.fromHexDigit(written[i + 1]) << 4 | HexFormat.fromHexDigit(written[i + 2]));
                i += 2;
            } else {
                throw new AccessException("after % in a prefix there must be two hexadecimal digits; % itself is %25");
            }
        }
        return decoded.toByteArray();
    }

    /** The rule as it is written, in printable ASCII without a space. */
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

    /** The keys that it is about. */
    KeyRange keys() {
        return prefix.isEmpty() ? KeyRange.ALL : KeyRange.prefix(Key.of(prefix));
    }
}
