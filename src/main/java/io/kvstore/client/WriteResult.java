package io.kvstore.client;

/**
 * The result of a write.
 *
 * @param etag the state of the key after the write
 * @param revision the store's revision of that state; it grows with every change of any key
 * @param created whether the key was absent before. If the write was retried, an earlier attempt may have created the
 *     key, and this is false
 */
public record WriteResult(ETag etag, long revision, boolean created) {}
