package io.kvstore.cache;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cache that evicts the least recently used entry when it is full: the entry that was neither read nor written for
 * longest.
 *
 * <p>It holds at most {@code capacity} entries, which together weigh at most {@code bytesMax}. An entry that weighs
 * more than {@code entryBytesMax} is not cached.
 *
 * <p>Each method takes constant time, except a write that evicts several entries to make room for a heavy one.
 */
public final class LruCache<K, V> implements Cache<K, V> {

    private final int capacity;
    private final long bytesMax;
    private final long entryBytesMax;
    private final ToLongBiFunction<? super K, ? super V> weigher;

    /**
     * Guards all fields below. Not a monitor, because a virtual thread that waits for a monitor pins its carrier
     * thread.
     */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<K, Weighed<V>> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long hits;
    private long misses;
    private long evictions;

    private record Weighed<V>(V value, long bytes) {}

    /**
     * Statistics of a cache since its creation, and its size.
     *
     * @param hits number of reads that found their key
     * @param misses number of reads that did not
     * @param evictions number of entries evicted to make room
     * @param entries number of entries now in the cache
     * @param bytes their total weight
     */
    public record Stats(long hits, long misses, long evictions, int entries, long bytes) {}

    /**
     * Creates an empty cache.
     *
     * @param capacity maximum number of entries, at least 1
     * @param bytesMax maximum total weight of all entries
     * @param entryBytesMax maximum weight of one entry
     * @param weigher returns the weight of an entry in bytes, at least 0; called while the cache is locked, so it must
     *     be fast
     */
    public LruCache(int capacity, long bytesMax, long entryBytesMax, ToLongBiFunction<? super K, ? super V> weigher) {
        if (capacity < 1) {
            throw new IllegalArgumentException("the capacity of a cache must be at least 1, not " + capacity);
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
                subtractBytes(entries.remove(key));
                return;
            }
            subtractBytes(entries.put(key, new Weighed<>(value, weight)));
            bytes += weight;
            Iterator<Weighed<V>> eldest = entries.values().iterator();
            while (entries.size() > capacity || bytes > bytesMax) {
                subtractBytes(eldest.next());
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
            subtractBytes(entries.remove(key));
        } finally {
            lock.unlock();
        }
    }

    private void subtractBytes(@Nullable Weighed<V> removed) {
        if (removed != null) {
            bytes -= removed.bytes;
        }
    }

    /** Returns the statistics, all taken at the same moment. */
    public Stats stats() {
        lock.lock();
        try {
            return new Stats(hits, misses, evictions, entries.size(), bytes);
        } finally {
            lock.unlock();
        }
    }
}
