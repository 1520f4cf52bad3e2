package io.kvstore.store;

import org.jspecify.annotations.Nullable;

/**
 * What a store says of itself: figures that are at hand, not of one moment together.
 *
 * @param mode where entries live
 * @param durability what it was opened with; null where nothing outlives the process
 * @param bytes how much the log and the table, or the newest snapshot, take on disk; 0 where nothing is there
 * @param revision as {@link CommitStore#revision}
 * @param oldestRevision as {@link CommitStore#oldestRevision}
 * @param historyChanges how many changes the history is to keep
 * @param historyBytes how many bytes of them
 * @param epoch as {@link CommitStore#epoch}
 * @param groups commits of each group since the store was opened; each is one of its own where there is no log
 * @param forces how long the log took to force to disk since then, in nanoseconds
 * @param cache null where there is none
 * @param failure as {@link CommitStore#failure}
 */
public record StoreStats(
        StorageMode mode,
        @Nullable Durability durability,
        long bytes,
        long revision,
        long oldestRevision,
        long historyChanges,
        long historyBytes,
        long epoch,
        HistogramCounts groups,
        HistogramCounts forces,
        @Nullable CacheStats cache,
        @Nullable StoreException failure) {

    /**
     * What the cache of a store has done since it was opened, and what it holds.
     *
     * @param capacity how many entries it holds at most
     * @param entries how many it holds
     * @param bytes keys and values of those together, encoded
     * @param hits reads that it answered
     * @param misses reads that it did not
     * @param evictions entries forgotten to make room
     */
    public record CacheStats(int capacity, int entries, long bytes, long hits, long misses, long evictions) {}
}
