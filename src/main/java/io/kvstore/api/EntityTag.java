package io.kvstore.api;

import io.kvstore.http.Problem;
import io.kvstore.http.Quoting;
import io.kvstore.http.Request;
import io.kvstore.keyspace.Match;
import io.kvstore.keyspace.Version;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entity tags of versions: in quotes, the epoch as 16 hexadecimal digits, a dash, and the revision. */
final class EntityTag {

    private static final HexFormat HEX = HexFormat.of();
    private static final int EPOCH_DIGITS = 16;
    private static final int REVISION_DIGITS_MAX = 19;

    private EntityTag() {}

    /** Returns the tag of a version. */
    static String of(Version version) {
        return '"' + epoch(version.epoch()) + '-' + version.revision() + '"';
    }

    /** Returns an epoch as in a tag. */
    static String epoch(long epoch) {
        return HEX.toHexDigits(epoch);
    }

    /**
     * Parses {@code *} or a list of entity tags, RFC 9110 section 13.1.
     *
     * <p>Ignores a valid tag that this server cannot have generated, because it matches no version of any key.
     *
     * @param header the name of the header for the error message
     * @param fields the values of the header
     * @param strong whether to ignore weak tags
     * @throws Problem 400 if the header is neither
     */
    static Match match(String header, List<String> fields, boolean strong) {
        if (fields.size() == 1 && fields.get(0).trim().equals("*")) {
            return Match.ANY;
        }
        List<Version> versions = new ArrayList<>(fields.size());
        int tags = 0;
        for (String field : fields) {
            int at = 0;
            while (true) {
                at = skip(field, at);
                if (at == field.length()) {
                    break;
                }
                boolean weak = field.startsWith("W/", at);
                int open = weak ? at + 2 : at;
                int close = closingQuote(field, open);
                if (close < 0) {
                    throw malformed(header, field);
                }
                tags++;
                Version version = parse(field, open, close + 1);
                if (version != null && !(weak && strong)) {
                    versions.add(version);
                }
                at = skipBlanks(field, close + 1);
                if (at < field.length() && field.charAt(at) != ',') {
                    throw malformed(header, field);
                }
            }
        }
        if (tags == 0) {
            throw malformed(header, String.join(",", fields));
        }
        return Match.of(versions);
    }

    /** Does the same for a header of a request; returns null if there is no such header. */
    static @Nullable Match match(Request request, String header, boolean strong) {
        List<String> fields = request.headers(header);
        return fields == null ? null : match(header, fields, strong);
    }

    /** Returns the version of a strong tag, or null if the text is not a tag of this form. */
    static @Nullable Version parse(String tag) {
        return closingQuote(tag, 0) == tag.length() - 1 ? parse(tag, 0, tag.length()) : null;
    }

    private static @Nullable Version parse(String text, int open, int end) {
        int dash = open + 1 + EPOCH_DIGITS;
        int digits = end - 1 - (dash + 1);
        if (digits < 1 || digits > REVISION_DIGITS_MAX || text.charAt(dash) != '-') {
            return null;
        }
        long epoch = 0;
        for (int i = open + 1; i < dash; i++) {
            int digit = "0123456789abcdef".indexOf(text.charAt(i));
            if (digit < 0) {
                return null;
            }
            epoch = epoch << 4 | digit;
        }
        if (text.charAt(dash + 1) == '0' && digits > 1) {
            return null;
        }
        long revision = 0;
        for (int i = dash + 1; i < end - 1; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || revision > (Long.MAX_VALUE - digit) / 10) {
                return null;
            }
            revision = revision * 10 + digit;
        }
        return new Version(epoch, revision);
    }

    /** Returns the index of the quote that closes the text opened at an index, or -1 if the text is malformed. */
    private static int closingQuote(String text, int open) {
        if (open >= text.length() || text.charAt(open) != '"') {
            return -1;
        }
        int close = open + 1;
        while (close < text.length() && text.charAt(close) != '"') {
            char c = text.charAt(close);
            if (c <= ' ' || c == 0x7F) {
                return -1;
            }
            close++;
        }
        return close < text.length() ? close : -1;
    }

    private static int skip(String text, int from) {
        int at = skipBlanks(text, from);
        while (at < text.length() && text.charAt(at) == ',') {
            at = skipBlanks(text, at + 1);
        }
        return at;
    }

    private static int skipBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    private static Problem malformed(String header, String value) {
        return Problem.badRequest(header + " must be * or a list of quoted entity tags as in the header ETag, not "
                + Quoting.quote(value));
    }
}
