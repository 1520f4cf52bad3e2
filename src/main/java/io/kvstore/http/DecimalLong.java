package io.kvstore.http;

import java.util.OptionalLong;

/** Parses decimal 64-bit integers: digits, optionally after a minus sign, and nothing else. */
public final class DecimalLong {

    private static final int DIGITS_MAX = 19;

    private DecimalLong() {}

    /** Returns the number, or empty if the text is anything else or out of range. A plus sign is not accepted. */
    public static OptionalLong parse(String text) {
        int from = text.startsWith("-") ? 1 : 0;
        if (text.length() == from || text.length() - from > DIGITS_MAX) {
            return OptionalLong.empty();
        }
        long negated = 0; // because the smallest number has no positive counterpart
        for (int i = from; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || negated < (Long.MIN_VALUE + digit) / 10) {
                return OptionalLong.empty();
            }
            negated = negated * 10 - digit;
        }
        if (from == 0 && negated == Long.MIN_VALUE) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(from == 0 ? -negated : negated);
    }
}
