package io.kvstore.api;

/**
 * How much of anything a client may send.
 *
 * @param keyBytes the longest key, at most 65,535
 * @param valueBytes the longest value, at most 2^30
 * @param batchOps the most operations of a batch
 * @param batchBytes the longest body of a batch
 */
public record Limits(int keyBytes, int valueBytes, int batchOps, int batchBytes) {}
