package io.kvstore.storage;

import io.kvstore.pages.PagedFile;

/**
 * Limits for the parts of a store, in bytes.
 *
 * @param segment the length at which a new segment of the log begins
 * @param changedPages changed pages that wait in memory for a checkpoint
 * @param commit one encoded commit
 * @param table the heap use of a table in memory, by its own estimate
 * @param history the history of a store in memory; the options may set a lower limit
 * @param cache keys and values in the cache
 * @param cachedValue the largest key and value that is cached
 * @param pageWindow how much of the file of pages one mapping covers: a power of two from 4 KiB to 1 GiB
 */
record StoreBounds(
        long segment,
        long changedPages,
        long commit,
        long table,
        long history,
        long cache,
        long cachedValue,
        long pageWindow) {

    private static final long SEGMENT = 16 << 20;
    private static final long CHANGED_PAGES_MIN = 16 << 20;
    private static final long CHANGED_PAGES_MAX = 256 << 20;

    /** Room for one value of the default maximum size, even if the heap is small. */
    private static final long COMMIT_MIN = 20 << 20;

    /** Returns limits that leave room on a heap for requests and for garbage that is not collected yet. */
    static StoreBounds of(long heap) {
        return new StoreBounds(
                SEGMENT,
                Math.max(CHANGED_PAGES_MIN, Math.min(CHANGED_PAGES_MAX, heap / 4)),
                Math.min(JournalCommitLog.COMMIT_BYTES_MAX, Math.max(COMMIT_MIN, heap / 8)),
                heap / 8 * 5,
                heap / 8,
                heap / 4,
                heap / 100,
                PagedFile.WINDOW_BYTES);
    }

    StoreBounds withSegment(long bytes) {
        return new StoreBounds(bytes, changedPages, commit, table, history, cache, cachedValue, pageWindow);
    }

    StoreBounds withChangedPages(long bytes) {
        return new StoreBounds(segment, bytes, commit, table, history, cache, cachedValue, pageWindow);
    }

    StoreBounds withTable(long bytes) {
        return new StoreBounds(segment, changedPages, commit, bytes, history, cache, cachedValue, pageWindow);
    }

    StoreBounds withPageWindow(long bytes) {
        return new StoreBounds(segment, changedPages, commit, table, history, cache, cachedValue, bytes);
    }
}
