package io.kvstore.cache;

import org.jspecify.annotations.Nullable;

/**
 * A cache of entries that are kept elsewhere: it may forget any of them at any time, and never makes one up.
 *
 * <p>Safe for use by any number of threads; each method is one atomic step.
 */
public interface Cache<K, V> {

    /** The cached value of a key, or null when it is not cached. */
    @Nullable
    V read(K key);

    /** Caches a value, replacing the one that is cached. It may be forgotten at once. */
    void write(K key, V value);

    /** Forgets a key. */
    void delete(K key);
}
