package io.kvstore.api;

/** What clients sent, made fit to be shown. */
final class Text {

    private static final int SHOWN_MAX = 100;

    private Text() {}

    /** In quotes, cut where it is long, with nothing in it that is not printable ASCII. */
    static String quoted(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), SHOWN_MAX) + 5).append('\'');
        for (int i = 0; i < text.length() && i < SHOWN_MAX; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return shown.append(text.length() > SHOWN_MAX ? "...'" : "'").toString();
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
