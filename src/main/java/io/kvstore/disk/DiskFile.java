package io.kvstore.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file.
 *
 * <p>Written bytes are visible at once to every later {@link #read} and through every {@link #map}. They are durable,
 * that is, sure to survive a power cut, only after {@link #force} has returned. Reads may run concurrently with each
 * other and with one writer.
 */
public interface DiskFile extends Closeable {

    /** Returns the size in bytes. */
    long size() throws IOException;

    /**
     * Reads from {@code position} until {@code into} is full or the file ends.
     *
     * @return the number of bytes read; 0 at or past the end of the file
     */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes all of {@code from} at {@code position}, growing the file if necessary. */
    void write(ByteBuffer from, long position) throws IOException;

    /** Truncates the file to {@code size} bytes. Does nothing if the file is not longer. */
    void truncate(long size) throws IOException;

    /** Makes all bytes written so far, and the size, durable. */
    void force() throws IOException;

    /**
     * Maps a part of the file, which must lie within its size. The returned buffer is read-only, shows later writes,
     * and stays readable after {@link #close}. Unlike {@link #read}, reading it does not close the file if the thread
     * is interrupted.
     */
    ByteBuffer map(long position, long length) throws IOException;
}
