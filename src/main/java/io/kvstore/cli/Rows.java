package io.kvstore.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes result rows one by one. A cell is text, a number, a boolean, bytes, or null if it is empty. */
abstract class Rows {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    abstract void row(@Nullable Object... cells) throws IOException;

    /** Writes buffered rows. Must be called after the last row, and before waiting for the next one. */
    abstract void flush() throws IOException;

    /** Decodes UTF-8 text; returns null if the bytes are not UTF-8. */
    static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Returns a cell as one line of text, with backslashes and control characters escaped. */
    static String printable(@Nullable Object cell) {
        if (cell instanceof byte[] bytes) {
            String text = text(bytes);
            return text == null ? "(" + bytes.length + " bytes)" : escaped(text);
        }
        return cell == null ? "" : escaped(cell.toString());
    }

    /** Escapes the control characters of a text and keeps all others. */
    static String escapeControls(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.chars().forEach(c -> append((char) c, out));
        return out.toString();
    }

    private static void append(char c, StringBuilder out) {
        if (Character.isISOControl(c)) {
            out.append("\\u00").append(HEX[c >> 4 & 15]).append(HEX[c & 15]);
        } else {
            out.append(c);
        }
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> append(c, out);
            }
        }
        return out.toString();
    }
}
