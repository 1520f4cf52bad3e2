package io.kvstore.client;

/**
 * What the deletion of a key did.
 *
 * @param existed whether there was such a key. Where the deletion had to be repeated, it may be the first attempt that
 *     removed it, and this false
 * @param revision the deletion's, or the store's where there was nothing to delete
 */
public record Deleted(boolean existed, long revision) {}
