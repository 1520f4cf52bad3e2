package io.kvstore.client;

/**
 * What a compaction did.
 *
 * @param before the bytes of the table's files when it began
 * @param after and when it ended
 */
public record Compacted(long before, long after) {}
