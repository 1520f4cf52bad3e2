package io.kvstore.store;

/**
 * The number of keys in one published state.
 *
 * @param revision the revision of that state
 */
public record Count(long revision, long keys) {}
