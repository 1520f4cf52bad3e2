package io.kvstore.cache;

import org.jspecify.annotations.Nullable;

/**
 * A cache of entries that are stored elsewhere. It may evict any entry at any time, and never returns a value that was
 * not written.
 *
 * <p>Safe for use by any number of threads. Each method is atomic.
 */
public interface Cache<K, V> {

    /** Returns the cached value of a key, or null if the key is not cached. */
    @Nullable
    V read(K key);

    /** Caches a value, replacing the cached value of the key. The cache may evict it at once. */
    void write(K key, V value);

    /** Removes a key from the cache. Does nothing if the key is not cached. */
    void delete(K key);
}
