package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/** What a client stores: bytes that are never interpreted, and a media type. Immutable, as long as nobody changes the array. */
public final class Content {

    private final byte[] bytes;
    private final @Nullable String type;
    private final boolean text;

    /**
     * @param bytes become the content's own; are looked through once, to see whether they are UTF-8
     * @param type printable ASCII of at most 255 characters, or null
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

    /** The bytes, not copied: not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public @Nullable String type() {
        return type;
    }

    /** Whether the bytes are valid UTF-8. */
    public boolean text() {
        return text;
    }
}
