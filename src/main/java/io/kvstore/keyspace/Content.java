package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * The part of a value that the client supplies: bytes and a media type. Immutable as long as the array is not modified.
 */
public final class Content {

    private final byte[] bytes;
    private final @Nullable String type;
    private final boolean text;

    /**
     * Validates the bytes as UTF-8, in linear time.
     *
     * @param bytes not copied; the caller must not modify them afterwards
     * @param type the media type, printable ASCII of at most 255 characters; null for none
     */
    public Content(byte[] bytes, @Nullable String type) {
        this(bytes, type, Utf8.isValid(bytes));
    }

    /** @param text whether the bytes are valid UTF-8 */
    Content(byte[] bytes, @Nullable String type, boolean text) {
        this.bytes = bytes;
        this.type = type;
        this.text = text;
    }

    /** Returns the bytes without copying them; the caller must not modify them. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns the media type, or null if there is none. */
    public @Nullable String type() {
        return type;
    }

    /** Returns whether the bytes are valid UTF-8. */
    public boolean text() {
        return text;
    }
}
