package io.kvstore.store;

/**
 * The result of a compaction. Both sizes exclude the log, and the copies of pages that a checkpoint writes before it
 * overwrites the pages.
 *
 * @param bytesBefore the size of the table's pages when the compaction began
 * @param bytesAfter the size of the new pages
 */
public record Compaction(long bytesBefore, long bytesAfter) {}
