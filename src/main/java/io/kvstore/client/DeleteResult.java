package io.kvstore.client;

/**
 * The result of deleting one key.
 *
 * @param existed whether the key existed. If the deletion was retried, an earlier attempt may have removed the key,
 *     and this is false
 * @param revision the revision of the deletion, or of the store if there was nothing to delete
 */
public record DeleteResult(boolean existed, long revision) {}
