package io.kvstore.http;

/** Makes text from clients fit for messages: short, and printable ASCII only. */
public final class Quoting {

    private static final int CHARS_MAX = 100;

    private Quoting() {}

    /**
     * Returns the text in single quotes. Text of more than 100 characters is cut and marked with an ellipsis; a question mark
     * replaces each character that is not printable ASCII.
     */
    public static String quote(String text) {
        return "'" + printable(text, CHARS_MAX) + (text.length() > CHARS_MAX ? "...'" : "'");
    }

    /** Returns the first characters, with a question mark in place of each that is not printable ASCII. */
    public static String printable(String text, int charsMax) {
        StringBuilder printable = new StringBuilder(Math.min(text.length(), charsMax));
        for (int i = 0; i < text.length() && i < charsMax; i++) {
            char c = text.charAt(i);
            printable.append(isPrintableAscii(c) ? c : '?');
        }
        return printable.toString();
    }

    /** Returns whether all characters are printable ASCII. */
    public static boolean isPrintableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPrintableAscii(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPrintableAscii(char c) {
        return c >= ' ' && c <= '~';
    }
}
