package io.kvstore.client;

/**
 * The result of an increment.
 *
 * @param value the new number
 * @param write the state of the key after the increment
 */
public record IncrementResult(long value, WriteResult write) {}
