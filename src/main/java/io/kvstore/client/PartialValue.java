package io.kvstore.client;

/**
 * A range of the bytes of a value.
 *
 * @param offset position of the first byte in the value, from 0
 * @param bytes the bytes, owned by the caller; fewer than requested if the value ends earlier, none if it ends at or
 *     before the offset
 * @param metadata metadata of the whole value, including its length
 */
@SuppressWarnings("ArrayRecordComponent") // the record is never compared
public record PartialValue(long offset, byte[] bytes, Metadata metadata) {}
