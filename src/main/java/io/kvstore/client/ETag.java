package io.kvstore.client;

import java.util.Objects;

/**
 * Identifies one state of one key: {@code "<epoch>-<revision>"} with the quotes, as in the HTTP header. Two different
 * states never share an ETag, not even across stores or restarts.
 *
 * @param text the header value as the server sent it
 */
public record ETag(String text) {

    /** @throws IllegalArgumentException if the text is not a strong ETag in quotes */
    public ETag {
        Objects.requireNonNull(text, "text");
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        if (!quoted || !text.chars().skip(1).limit(text.length() - 2L).allMatch(ETag::isTagCharacter)) {
            throw new IllegalArgumentException(
                    "an ETag must be in double quotes, like \"5d41402abc4b2a76-42\", not " + text);
        }
    }

    private static boolean isTagCharacter(int c) {
        return c == 0x21 || (c >= 0x23 && c <= 0x7e);
    }

    @Override
    public String toString() {
        return text;
    }
}
