package io.kvstore.client;

/**
 * The result of deleting all keys that a query selects.
 *
 * @param count number of deleted keys
 * @param revision the revision of the last deletion, or of the store if there was nothing to delete
 */
public record BulkDeleteResult(long count, long revision) {}
