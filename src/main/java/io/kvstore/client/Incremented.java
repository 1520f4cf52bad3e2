package io.kvstore.client;

/**
 * What an increment did.
 *
 * @param number what the key is now
 * @param written the state the key is in since
 */
public record Incremented(long number, Written written) {}
