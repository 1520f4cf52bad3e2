package io.kvstore.store;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Turns a value into bytes and back. Stateless and safe for use by several threads.
 *
 * <p>{@code decode} of what {@code encode} wrote gives an equal value, in every later version of the program too.
 */
public interface Codec<T> {

    /** The exact number of bytes that {@link #encode} writes, in constant time. */
    int size(T value);

    void encode(T value, DataOutput out) throws IOException;

    /**
     * @param size the number of bytes that {@code encode} wrote; exactly these are read
     * @throws IOException when they are not what {@code encode} writes
     */
    T decode(DataInput in, int size) throws IOException;
}
