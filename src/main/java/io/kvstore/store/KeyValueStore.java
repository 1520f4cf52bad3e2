package io.kvstore.store;

import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map from keys to values that outlives the process, where its mode says so.
 *
 * <p><b>Order.</b> Keys are ordered by the {@link KeyCodec} the store was opened with.
 *
 * <p><b>Atomicity.</b> Every method is one atomic step (linearizable): it takes effect at one instant between its call
 * and its return, and a change, once any reader has seen it, is seen by all.
 *
 * <p><b>Durability.</b> A method that changed something returns when the change is as durable as the store's {@link
 * Durability} promises. No reader sees a change before.
 *
 * <p><b>Cost.</b> {@link #get} and {@link #size} hold no lock that is held over a disk write. {@code put} and {@code
 * delete} cost logarithmic time, and for a durable store one force of the disk, shared with all who call meanwhile.
 *
 * <p><b>Ownership.</b> Keys and values must not change after they were given to the store, or taken from it: they are
 * kept and handed out as they are, without a copy.
 *
 * <p><b>Errors.</b> Every method throws a {@link StoreException}: {@link StoreException.Closed} after {@link #close},
 * {@link StoreException.ReadOnly} for a change after a failed write, {@link StoreException.OutcomeUnknown} where a change
 * may or may not be there after a restart, {@link StoreException.Damaged} where stored bytes do not match their
 * checksum. Null keys or values throw a {@link NullPointerException}.
 *
 * <p><b>Not promised:</b> an iteration is not a snapshot of the whole; see {@link #entries}.
 */
public interface KeyValueStore<K, V> extends AutoCloseable {

    /** The value of a key, or null when there is none. */
    @Nullable
    V get(K key);

    /**
     * Maps a key to a value.
     *
     * @return the value it replaced, or null when the key is new
     */
    @Nullable
    V put(K key, V value);

    /**
     * Removes a key.
     *
     * @return the value it had, or null when there was none
     */
    @Nullable
    V delete(K key);

    /**
     * All entries in key order, read in pages as the iterator moves on, in constant memory. Every key that is there from
     * the first call to the last appears exactly once; one that comes or goes meanwhile may or may not.
     */
    Iterator<Map.Entry<K, V>> entries();

    /** The number of keys, counted as they come and go: constant time. */
    long size();

    /**
     * Waits for the changes under way and releases what the store holds. Further calls do nothing; it is the caller's to
     * stop its readers first.
     */
    @Override
    void close();
}
