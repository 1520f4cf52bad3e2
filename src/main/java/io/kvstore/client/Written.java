package io.kvstore.client;

/**
 * What a write did.
 *
 * @param etag the state the key is in since
 * @param revision the store's revision of that state: a number that grows with every change of any key
 * @param created whether there was no such key before. Where the write had to be repeated, it may be the first attempt that
 *     created it, and this false
 */
public record Written(ETag etag, long revision, boolean created) {}
