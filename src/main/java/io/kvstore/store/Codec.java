package io.kvstore.store;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Encodes values as bytes and decodes them. Stateless and thread-safe.
 *
 * <p>{@code decode} returns a value equal to the encoded one, including in every later version of the program.
 */
public interface Codec<T> {

    /** Returns the exact number of bytes that {@link #encode} writes. Costs constant time. */
    int size(T value);

    /** Writes the bytes of a value. */
    void encode(T value, DataOutput out) throws IOException;

    /**
     * Reads a value.
     *
     * @param size the number of bytes that {@code encode} wrote; the method must read all of them
     * @throws IOException if the bytes are not an encoded value
     */
    T decode(DataInput in, int size) throws IOException;
}
