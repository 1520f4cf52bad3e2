package io.kvstore.client;

import java.time.Duration;

/**
 * Operations to be done all together or not at all: one commit, one revision, one durable write. Each sees what those before
 * it did. Made by {@link KeyValueClient#batch}; for one thread. The operations stay after {@link #commit}, so that a batch
 * that failed can be tried again.
 *
 * <p>The client's content type goes with every put and append, as with those of one key.
 */
public final class Batch<V> {

    Batch() {}

    /** Maps a key to a value. */
    public Batch<V> put(String key, V value) {
        return put(key, value, WriteOptions.plain());
    }

    /** As {@link KeyValueClient#put(String, Object, WriteOptions)}. */
    public Batch<V> put(String key, V value, WriteOptions options) {
        throw new UnsupportedOperationException();
    }

    /** As {@link KeyValueClient#append}. */
    public Batch<V> append(String key, V value, WriteOptions options) {
        throw new UnsupportedOperationException();
    }

    /** As {@link KeyValueClient#increment(String, long, WriteOptions)}. */
    public Batch<V> increment(String key, long by, WriteOptions options) {
        throw new UnsupportedOperationException();
    }

    /** Adds to a number. */
    public Batch<V> increment(String key, long by) {
        return increment(key, by, WriteOptions.plain());
    }

    /** As {@link KeyValueClient#touch}. */
    public Batch<V> touch(String key, Duration timeToLive, Condition condition) {
        throw new UnsupportedOperationException();
    }

    /** As {@link KeyValueClient#persist}. */
    public Batch<V> persist(String key, Condition condition) {
        throw new UnsupportedOperationException();
    }

    /** Removes a key; one that is missing fails nothing. */
    public Batch<V> delete(String key) {
        return delete(key, Condition.none());
    }

    /** Removes a key under a condition. */
    public Batch<V> delete(String key, Condition condition) {
        throw new UnsupportedOperationException();
    }

    /** Reads a key; one that is missing fails nothing. */
    public Batch<V> get(String key) {
        throw new UnsupportedOperationException();
    }

    /**
     * Lets the batch fail unless a condition holds.
     *
     * @throws IllegalArgumentException for {@link Condition#none} and {@link Condition#otherThan}, which no check can state
     */
    public Batch<V> check(String key, Condition condition) {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends it. It is never repeated once it may have come through; see {@link ClientException#outcomeUnknown}.
     *
     * @throws BatchFailedException when operations failed, and nothing was done
     */
    public BatchResult<V> commit() {
        throw new UnsupportedOperationException();
    }
}
