package io.kvstore.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a server.
 *
 * @param mode the name that {@code --mode} has for it
 * @param durability {@code always}, {@code interval} or {@code never}; null in mode {@code memory}
 * @param uptime since the store was opened, in whole seconds
 * @param keys how many there are, what is due left out
 * @param bytes on disk
 * @param epoch as it stands in every {@link ETag}
 * @param revision the newest
 * @param oldestRevision the smallest that a watch can be asked to go on after
 * @param historyChanges how many changes are kept for watchers at most
 * @param historyBytes and how many bytes
 * @param cache null in every mode but the one with a cache
 * @param failure why the store takes no writes any more; null while it does
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

    /** Whether the store takes writes. */
    public boolean writable() {
        return failure == null;
    }

    /**
     * Figures of the cache.
     *
     * @param capacity in entries
     * @param entries how many there are
     * @param bytes and what they take
     * @param hits reads that it answered
     * @param misses reads that it did not
     * @param evictions entries that it dropped
     */
    public record Cache(long capacity, long entries, long bytes, long hits, long misses, long evictions) {}
}
