package io.kvstore.store;

import org.jspecify.annotations.Nullable;

/** The store as one commit sees it: everything before it, and its own writes. Valid only within the change. */
public interface Transaction<K, V> {

    /** The revision that this commit takes, should it change anything. */
    long revision();

    /** The value of a key as this commit has left it so far, or null. */
    @Nullable
    V get(K key);

    void put(K key, V value);

    /** Removes a key; without effect when there is none. */
    default void delete(K key) {
        delete(key, 0);
    }

    /**
     * Removes a key and says why.
     *
     * @param reason kept in the history beside the deletion, and of no meaning to the store
     */
    void delete(K key, int reason);

    /** Takes back all that this commit has done so far. */
    void rollback();
}
