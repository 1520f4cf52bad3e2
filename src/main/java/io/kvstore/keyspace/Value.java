package io.kvstore.keyspace;

import io.kvstore.storage.Rank;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a key maps to: bytes that are never interpreted, and what is known of them. Immutable, as long as nobody changes the array. */
public final class Value {

    private final byte[] bytes;
    private final @Nullable String type;
    private final long revision;
    private final long modifiedMillis;
    private final long expiryMillis;
    private final boolean text;

    /**
     * @param bytes become the value's own
     * @param type the media type it was stored with, printable ASCII of at most 255 characters, or null
     * @param revision of the commit that stored it
     * @param modifiedMillis when it was stored, in milliseconds since 1970
     * @param expiryMillis when it expires, or {@link Rank#NONE}
     * @param text whether the bytes are valid UTF-8
     */
    public Value(
            byte[] bytes, @Nullable String type, long revision, long modifiedMillis, long expiryMillis, boolean text) {
        this.bytes = bytes;
        this.type = type;
        this.revision = revision;
        this.modifiedMillis = modifiedMillis;
        this.expiryMillis = expiryMillis;
        this.text = text;
    }

    /** The bytes, not copied: not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public @Nullable String type() {
        return type;
    }

    public long revision() {
        return revision;
    }

    public long modifiedMillis() {
        return modifiedMillis;
    }

    public long expiryMillis() {
        return expiryMillis;
    }

    /** Whether the bytes are valid UTF-8. */
    public boolean text() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Value value
                && revision == value.revision
                && modifiedMillis == value.modifiedMillis
                && expiryMillis == value.expiryMillis
                && text == value.text
                && Objects.equals(type, value.type)
                && Arrays.equals(bytes, value.bytes);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(revision);
    }

    @Override
    public String toString() {
        return "Value[" + bytes.length + " bytes, revision " + revision + "]";
    }
}
