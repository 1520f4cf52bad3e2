package io.kvstore.storage;

/**
 * What a compaction did: how many bytes the table's files had when it began, and how many the new ones have. The log is not
 * counted.
 */
public record Compaction(long bytesBefore, long bytesAfter) {}
