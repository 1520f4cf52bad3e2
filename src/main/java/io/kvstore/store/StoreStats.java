package io.kvstore.store;

import org.jspecify.annotations.Nullable;

/**
 * The statistics of a store. They are not all of the same moment.
 *
 * @param durability null if nothing outlives the process
 * @param bytes the size on disk of the log and of the table, or of the newest snapshot; 0 if nothing is on disk
 * @param revision as {@link CommitStore#revision}
 * @param oldestRevision as {@link CommitStore#oldestRevision}
 * @param historyChanges the number of changes that the history keeps
 * @param historyBytes the number of bytes of changes that the history keeps
 * @param epoch as {@link CommitStore#epoch}
 * @param groups the commits in each group since the store was opened; without a log each commit is a group
 * @param forces the time that each force of the log took since the store was opened, in nanoseconds
 * @param cache null if there is none
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
     * The statistics of the cache since the store was opened.
     *
     * @param capacity the maximum number of entries
     * @param entries the present number of entries
     * @param bytes the encoded size of the present keys and values
     * @param hits reads that the cache answered
     * @param misses reads that the cache did not answer
     * @param evictions entries that were removed to make room
     */
    public record CacheStats(int capacity, int entries, long bytes, long hits, long misses, long evictions) {}
}
