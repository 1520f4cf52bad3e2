package io.kvstore.store;

/**
 * The secondary order of the entries of a store: a number for each value, or {@link #NONE}. Must be a pure function of
 * the value.
 */
@FunctionalInterface
public interface SecondaryKey<V> {

    /** The secondary key of a value that is not part of the secondary order. */
    long NONE = Long.MAX_VALUE;

    long of(V value);
}
