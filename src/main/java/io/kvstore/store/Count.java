package io.kvstore.store;

/**
 * How many keys there are in one published state.
 *
 * @param revision the revision of that state
 * @param keys those that were counted
 */
public record Count(long revision, long keys) {}
