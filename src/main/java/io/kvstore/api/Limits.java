package io.kvstore.api;

/**
 * The maximum sizes of what clients may send.
 *
 * @param keyBytes the maximum size of a key, at most 65,535
 * @param valueBytes the maximum size of a value, at most 2^30
 * @param batchOps the maximum number of operations in a batch
 * @param batchBytes the maximum size of the body of a batch
 */
public record Limits(int keyBytes, int valueBytes, int batchOps, int batchBytes) {}
