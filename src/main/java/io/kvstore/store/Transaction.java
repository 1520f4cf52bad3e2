package io.kvstore.store;

import org.jspecify.annotations.Nullable;

/** The store as one commit sees it: all earlier commits, and its own writes. Valid only within the change. */
public interface Transaction<K, V> {

    /** Returns the revision of this commit if it changes anything. */
    long revision();

    /** Returns the value of a key in the state that this commit has produced so far, or null. */
    @Nullable
    V get(K key);

    /** Sets the value of a key. */
    void put(K key, V value);

    /** Removes a key. Does nothing if the key is absent. */
    default void delete(K key) {
        delete(key, 0);
    }

    /**
     * Removes a key, with a reason.
     *
     * @param reason from 0 to 255; kept in the history with the deletion, and not interpreted by the store
     */
    void delete(K key, int reason);

    /** Discards everything that this commit has done so far. */
    void rollback();
}
