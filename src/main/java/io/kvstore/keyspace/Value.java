package io.kvstore.keyspace;

import io.kvstore.storage.Rank;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a key maps to. Immutable.
 *
 * @param content what the client stored
 * @param revision of the commit that stored it
 * @param modifiedMillis when it was stored, in milliseconds since 1970
 * @param expiryMillis when it expires, or {@link Rank#NONE}
 */
public record Value(Content content, long revision, long modifiedMillis, long expiryMillis) {

    /** The bytes, not copied: not to be changed. */
    public byte[] bytes() {
        return content.bytes();
    }

    /** The media type it was stored with, or null. */
    public @Nullable String type() {
        return content.type();
    }

    /** Whether it has expired by a time, from which on it does not exist. */
    public boolean isDue(long nowMillis) {
        return expiryMillis <= nowMillis;
    }

    /** Whether the bytes are valid UTF-8. */
    public boolean text() {
        return content.text();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Value value
                && revision == value.revision
                && modifiedMillis == value.modifiedMillis
                && expiryMillis == value.expiryMillis
                && Objects.equals(type(), value.type())
                && Arrays.equals(bytes(), value.bytes());
    }

    @Override
    public int hashCode() {
        return Long.hashCode(revision);
    }

    @Override
    public String toString() {
        return "Value[" + bytes().length + " bytes, revision " + revision + "]";
    }
}
