package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * Keys that follow each other.
 *
 * @param from the first, inclusive, or null for no bound
 * @param to the one to stop before, or null for no bound
 */
public record KeyRange(@Nullable Key from, @Nullable Key to) {

    public static final KeyRange ALL = new KeyRange(null, null);

    /** The keys that begin with {@code prefix}. */
    public static KeyRange prefix(Key prefix) {
        return new KeyRange(prefix, prefix.afterPrefix());
    }

    public boolean contains(Key key) {
        return (from == null || from.compareTo(key) <= 0) && (to == null || to.compareTo(key) > 0);
    }

    /** Whether no key can be in it. */
    boolean isEmpty() {
        return from != null && to != null && from.compareTo(to) >= 0;
    }

    /** The keys that are in both. */
    KeyRange and(KeyRange other) {
        Key first = from == null || (other.from != null && other.from.compareTo(from) > 0) ? other.from : from;
        Key end = to == null || (other.to != null && other.to.compareTo(to) < 0) ? other.to : to;
        return new KeyRange(first, end);
    }
}
