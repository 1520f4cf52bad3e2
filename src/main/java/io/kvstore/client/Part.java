package io.kvstore.client;

/**
 * Some bytes of a value.
 *
 * @param bytes for the caller to keep; fewer than were asked for where the value ends before, none where it ends before the
 *     first
 * @param metadata of the whole value, its length among them
 */
@SuppressWarnings("ArrayRecordComponent") // bytes to be taken, not to be compared
public record Part(long offset, byte[] bytes, Metadata metadata) {}
