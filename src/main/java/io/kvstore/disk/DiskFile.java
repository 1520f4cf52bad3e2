package io.kvstore.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file.
 *
 * <p>What was written is seen by every later {@link #read} and through every {@link #map} at once, and is certain to
 * survive a power cut only after {@link #force} has returned. Reads may run beside each other and beside one writer.
 */
public interface DiskFile extends Closeable {

    long size() throws IOException;

    /**
     * Fills {@code into} from {@code position} on, until it is full or the file ends.
     *
     * @return the bytes read, 0 at or past the end
     */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes all of {@code from} at {@code position}, growing the file as need be. */
    void write(ByteBuffer from, long position) throws IOException;

    /** Cuts the file to {@code size}, or leaves it when it is shorter. */
    void truncate(long size) throws IOException;

    /** Makes everything written so far, and the size, durable. */
    void force() throws IOException;

    /**
     * A read-only view of a part of the file that lies within its size, coherent with later writes. Stays readable after
     * {@link #close}. Reading it is not reading a channel: an interrupt does no harm.
     */
    ByteBuffer map(long position, long length) throws IOException;
}
