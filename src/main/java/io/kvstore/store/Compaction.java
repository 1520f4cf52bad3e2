package io.kvstore.store;

/**
 * What a compaction did: how many bytes the table's pages had when it began, and how many the new ones have. What is written
 * before them, the log and the copies that a checkpoint makes, is not counted.
 */
public record Compaction(long bytesBefore, long bytesAfter) {}
