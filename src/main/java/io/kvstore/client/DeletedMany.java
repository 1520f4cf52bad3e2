package io.kvstore.client;

/**
 * What the deletion of many keys did.
 *
 * @param count how many there were
 * @param revision the last deletion's, or the store's where there was nothing to delete
 */
public record DeletedMany(long count, long revision) {}
