package io.kvstore.store;

import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map from keys to values. Except in {@link StorageMode#MEMORY}, it outlives the process.
 *
 * <p><b>Order.</b> Keys are ordered by the {@link KeyCodec} of the store.
 *
 * <p><b>Atomicity.</b> Every method is atomic and linearizable: it takes effect at one instant between its call and its
 * return. Once a reader has seen a change, all readers see it.
 *
 * <p><b>Durability.</b> A method that changed something returns when the change is as durable as the store's {@link
 * Durability} promises. No reader sees a change before that.
 *
 * <p><b>Cost.</b> {@link #get} and {@link #size} take no lock that is held during a disk write. {@code put} and
 * {@code delete} cost logarithmic time and, in a durable store, one force of the disk, which they share with concurrent
 * callers.
 *
 * <p><b>Ownership.</b> The store keeps and returns keys and values without copying them. They must not change after
 * they were given to the store or returned by it.
 *
 * <p><b>Errors.</b> Every method throws a {@link StoreException}: {@link StoreException.Closed} after {@link #close},
 * {@link StoreException.ReadOnly} for a change after a failed write, {@link StoreException.OutcomeUnknown} if a change
 * may or may not exist after a restart, {@link StoreException.Damaged} if stored bytes do not match their checksum.
 * Null keys or values throw a {@link NullPointerException}.
 *
 * <p><b>Not promised:</b> an iteration is not a snapshot of the whole store; see {@link #entries}.
 */
public interface KeyValueStore<K, V> extends AutoCloseable {

    /** Returns the value of a key, or null if the key is absent. */
    @Nullable
    V get(K key);

    /**
     * Sets the value of a key.
     *
     * @return the value that was replaced, or null if the key is new
     */
    @Nullable
    V put(K key, V value);

    /**
     * Removes a key.
     *
     * @return the value of the key, or null if the key was absent
     */
    @Nullable
    V delete(K key);

    /**
     * Returns all entries in key order. The iterator reads page by page in constant memory. A key that exists from the
     * first call to the last occurs exactly once; a key that is added or removed in the meantime may or may not occur.
     */
    Iterator<Map.Entry<K, V>> entries();

    /** Returns the number of keys. Costs constant time. */
    long size();

    /**
     * Waits for changes in progress and releases all resources. Further calls do nothing. The caller must stop its
     * readers first.
     */
    @Override
    void close();
}
