package io.kvstore.cache;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cache that, when it is full, forgets what was not read or written for longest.
 *
 * <p>It is full when it holds {@code capacity} entries, or entries that weigh more than {@code bytesMax} together. An entry
 * that weighs more than {@code entryBytesMax} is not cached.
 *
 * <p>Each method takes constant time, but for a write that makes room for a heavy entry.
 */
public final class LruCache<K, V> implements Cache<K, V> {

    private final int capacity;
    private final long bytesMax;
    private final long entryBytesMax;
    private final ToLongBiFunction<? super K, ? super V> weigher;

    /** Guards all below. Not the monitor: a virtual thread that waits for it must not hold on to its carrier. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<K, Weighed<V>> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long hits;
    private long misses;
    private long evictions;

    private record Weighed<V>(V value, long bytes) {}

    /**
     * What a cache has done since it was made, and what it holds.
     *
     * @param hits reads that found their key
     * @param misses reads that did not
     * @param evictions entries forgotten to make room
     * @param entries entries held
     * @param bytes their weight
     */
    public record Stats(long hits, long misses, long evictions, int entries, long bytes) {}

    /**
     * Makes an empty cache.
     *
     * @param capacity entries, at least 1
     * @param bytesMax what all entries may weigh together
     * @param entryBytesMax what one may weigh
     * @param weigher the weight of an entry in bytes, at least 0; called while the cache is locked, so it must be quick
     */
    public LruCache(int capacity, long bytesMax, long entryBytesMax, ToLongBiFunction<? super K, ? super V> weigher) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a cache holds at least 1 entry, not " + capacity);
        }
        this.capacity = capacity;
        this.bytesMax = bytesMax;
        this.entryBytesMax = Math.min(entryBytesMax, bytesMax);
        this.weigher = weigher;
    }

    @Override
    public @Nullable V read(K key) {
        lock.lock();
        try {
            Weighed<V> found = entries.get(key);
            if (found == null) {
                misses++;
                return null;
            }
            hits++;
            return found.value;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(K key, V value) {
        lock.lock();
        try {
            long weight = weigher.applyAsLong(key, value);
            if (weight > entryBytesMax) {
                forget(entries.remove(key));
                return;
            }
            forget(entries.put(key, new Weighed<>(value, weight)));
            bytes += weight;
            Iterator<Weighed<V>> eldest = entries.values().iterator();
            while (entries.size() > capacity || bytes > bytesMax) {
                forget(eldest.next());
                eldest.remove();
                evictions++;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void delete(K key) {
        lock.lock();
        try {
            forget(entries.remove(key));
        } finally {
            lock.unlock();
        }
    }

    private void forget(@Nullable Weighed<V> removed) {
        if (removed != null) {
            bytes -= removed.bytes;
        }
    }

    /** All figures of one moment. */
    public Stats stats() {
        lock.lock();
        try {
            return new Stats(hits, misses, evictions, entries.size(), bytes);
        } finally {
            lock.unlock();
        }
    }
}
