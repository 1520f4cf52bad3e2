package io.kvstore.client;

/**
 * The result of a compaction.
 *
 * @param bytesBefore size of the table's files when the compaction began
 * @param bytesAfter size of the table's files when it ended
 */
public record CompactionResult(long bytesBefore, long bytesAfter) {}
