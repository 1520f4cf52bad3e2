package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * A range of keys.
 *
 * @param from the lower bound, inclusive, or null for none
 * @param to the upper bound, exclusive, or null for none
 */
public record KeyRange(@Nullable Key from, @Nullable Key to) {

    public static final KeyRange ALL = new KeyRange(null, null);

    /** Returns the range of the keys that begin with {@code prefix}. */
    public static KeyRange prefix(Key prefix) {
        return new KeyRange(prefix, prefix.afterPrefix());
    }

    public boolean contains(Key key) {
        return (from == null || from.compareTo(key) <= 0) && (to == null || to.compareTo(key) > 0);
    }

    /** Returns whether the bounds leave room for no key. */
    boolean isEmpty() {
        return from != null && to != null && from.compareTo(to) >= 0;
    }

    /** Returns the intersection of both ranges. */
    KeyRange and(KeyRange other) {
        Key first = from == null || (other.from != null && other.from.compareTo(from) > 0) ? other.from : from;
        Key end = to == null || (other.to != null && other.to.compareTo(to) < 0) ? other.to : to;
        return new KeyRange(first, end);
    }
}
