package io.kvstore.keyspace;

import io.kvstore.store.SecondaryKey;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * A store in memory holds one Value for each entry. The fields of Content are repeated here because a reference to a Content
 * would cost another object of 16 bytes for each entry.
 */
/** The value of a key with its metadata. Immutable as long as the array is not modified. */
public final class Value {

    private final byte[] bytes;
    private final @Nullable String type;
    private final long revision;
    private final long modifiedMillis;
    private final long expiryMillis;
    private final boolean text;

    /**
     * @param content the bytes and the media type that the client stored
     * @param revision the revision of the commit that stored the value
     * @param modifiedMillis the time of that commit in milliseconds since 1970
     * @param expiryMillis the time of expiry in milliseconds since 1970, or {@link SecondaryKey#NONE}
     */
    public Value(Content content, long revision, long modifiedMillis, long expiryMillis) {
        this.bytes = content.bytes();
        this.type = content.type();
        this.text = content.text();
        this.revision = revision;
        this.modifiedMillis = modifiedMillis;
        this.expiryMillis = expiryMillis;
    }

    /** Returns the bytes and the media type as a new object. */
    public Content content() {
        return new Content(bytes, type, text);
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

    /** Returns the revision of the commit that stored the value. */
    public long revision() {
        return revision;
    }

    /** Returns the time at which the value was stored, in milliseconds since 1970. */
    public long modifiedMillis() {
        return modifiedMillis;
    }

    /** Returns the time of expiry in milliseconds since 1970, or {@link SecondaryKey#NONE}. */
    public long expiryMillis() {
        return expiryMillis;
    }

    /** Returns whether the value has expired at a time; its key then counts as missing. */
    public boolean isExpired(long nowMillis) {
        return expiryMillis <= nowMillis;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Value value
                && revision == value.revision
                && modifiedMillis == value.modifiedMillis
                && expiryMillis == value.expiryMillis
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
