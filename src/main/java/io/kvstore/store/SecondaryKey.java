package io.kvstore.store;

/** The second order of a store's entries: a number that a value has, or {@link #NONE}. A pure function of the value. */
@FunctionalInterface
public interface SecondaryKey<V> {

    /** Of a value that is not in the second order. */
    long NONE = Long.MAX_VALUE;

    long of(V value);
}
