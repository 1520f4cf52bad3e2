package io.kvstore.client;

import java.util.Objects;

/**
 * The name of one state of one key, for ever: {@code "<epoch>-<revision>"}, quotes included, as it stands in HTTP's header.
 * Two states that differ never share one, not of another store, nor after a restart.
 *
 * @param text as the server wrote it
 */
public record ETag(String text) {

    /** @throws IllegalArgumentException when the text is no strong tag in quotes */
    public ETag {
        Objects.requireNonNull(text, "text");
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        if (!quoted || !text.chars().skip(1).limit(text.length() - 2L).allMatch(ETag::isTagCharacter)) {
            throw new IllegalArgumentException(
                    "an ETag is text in quotes, as in \"5d41402abc4b2a76-42\" with its quotes, not " + text);
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
