package io.kvstore.http;

import org.jspecify.annotations.Nullable;

/**
 * A byte range of some content, RFC 9110 section 14.
 *
 * @param from the index of the first byte
 * @param length the number of bytes; 0 if the range does not overlap the content
 */
public record ByteRange(int from, int length) {

    private static final ByteRange UNSATISFIABLE = new ByteRange(0, 0);

    private static final String UNIT = "bytes=";

    /**
     * Parses a {@code Range} header.
     *
     * @param size the size of the content
     * @return null if the header has several ranges, another unit, or a syntax error; all of these select the whole content
     */
    public static @Nullable ByteRange parse(String header, int size) {
        if (!header.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        String range = header.substring(UNIT.length()).trim();
        int dash = range.indexOf('-');
        if (dash < 0) {
            return null;
        }
        String first = range.substring(0, dash);
        String last = range.substring(dash + 1);
        long low = number(first);
        long high = number(last);
        if (low < 0 || high < 0 || (first.isEmpty() && last.isEmpty())) {
            return null;
        }
        if (first.isEmpty()) {
            if (high == 0) {
                return UNSATISFIABLE;
            }
            int length = (int) Math.min(high, size);
            return length == 0 ? null : new ByteRange(size - length, length);
        }
        if (!last.isEmpty() && high < low) {
            return null;
        }
        if (low >= size) {
            return UNSATISFIABLE;
        }
        long end = last.isEmpty() ? size - 1 : Math.min(high, size - 1);
        return new ByteRange((int) low, (int) (end - low + 1));
    }

    /** Returns whether the range overlaps the content. */
    public boolean satisfiable() {
        return length > 0;
    }

    /** Returns the value of {@code Content-Range}. */
    public String contentRange(int size) {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }

    /** Parses any number of digits, and limits the result; returns 0 for an empty text, -1 for a malformed one. */
    private static long number(String digits) {
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = Math.min(Long.MAX_VALUE / 20, number * 10 + digit);
        }
        return number;
    }
}
