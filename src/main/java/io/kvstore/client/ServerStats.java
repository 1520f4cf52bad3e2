package io.kvstore.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of a server.
 *
 * @param mode storage mode, by its name for {@code --mode}
 * @param durability {@code always}, {@code interval} or {@code never}; null in mode {@code memory}
 * @param uptime time since the store was opened, in whole seconds
 * @param keys number of keys, without expired ones
 * @param bytes bytes on disk
 * @param epoch the epoch that is part of every {@link ETag}
 * @param revision current revision
 * @param oldestRevision smallest revision that a watch can resume after
 * @param historyChanges maximum number of changes kept for watches
 * @param historyBytes maximum size of the changes kept for watches
 * @param cache statistics of the cache; null in modes without one
 * @param failure why the store rejects writes, or null if it accepts them
 */
public record ServerStats(
        String mode,
        @Nullable String durability,
        Duration uptime,
        long keys,
        long bytes,
        String epoch,
        long revision,
        long oldestRevision,
        long historyChanges,
        long historyBytes,
        @Nullable Cache cache,
        @Nullable String failure) {

    /** Returns whether the store accepts writes. */
    public boolean writable() {
        return failure == null;
    }

    /**
     * Statistics of the cache.
     *
     * @param capacity maximum number of entries
     * @param entries current number of entries
     * @param bytes current size of the entries
     * @param hits reads answered from the cache
     * @param misses reads not answered from the cache
     * @param evictions entries evicted
     */
    public record Cache(long capacity, long entries, long bytes, long hits, long misses, long evictions) {}
}
