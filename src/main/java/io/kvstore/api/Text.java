package io.kvstore.api;

import java.util.OptionalLong;

/** What clients sent: read as a number, or made fit to be shown. */
final class Text {

    private static final int SHOWN_MAX = 100;
    private static final int DIGITS_MAX = 19;

    private Text() {}

    /** In quotes, cut where it is long, with nothing in it that is not printable ASCII. */
    static String quoted(String text) {
        return "'" + printable(text, SHOWN_MAX) + (text.length() > SHOWN_MAX ? "...'" : "'");
    }

    /** The first characters, with a question mark in place of each that is not printable ASCII. */
    static String printable(String text, int charsMax) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), charsMax));
        for (int i = 0; i < text.length() && i < charsMax; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return shown.toString();
    }

    /** The number of 64 bits that decimal digits say, with a minus sign perhaps; empty where the text is anything else. */
    static OptionalLong number(String text) {
        int from = text.startsWith("-") ? 1 : 0;
        if (text.length() == from || text.length() - from > DIGITS_MAX) {
            return OptionalLong.empty();
        }
        long negative = 0; // which reach further than positive ones
        for (int i = from; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || negative < (Long.MIN_VALUE + digit) / 10) {
                return OptionalLong.empty();
            }
            negative = negative * 10 - digit;
        }
        if (from == 0 && negative == Long.MIN_VALUE) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(from == 0 ? -negative : negative);
    }

    static boolean isPrintableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }
}
