package io.kvstore.pages;

import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A file that is written by calls and read through a mapping, in windows of equal size; the last one may be shorter, and
 * is mapped anew when the file has grown. Old mappings go with their last reader.
 *
 * <p>Any number read beside one thread that writes and grows. No read is ever outside the file.
 */
final class MappedFile implements Closeable {

    private static final long STEP_BYTES_MAX = 64 << 20;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

    private final DiskFile file;
    private final long windowBytes;
    private final int windowShift;
    private final long stepBytes;
    private volatile ByteBuffer[] windows = {};
    private volatile long mappedBytes;

    /**
     * Maps what is there of a file.
     *
     * @param windowBytes a power of two
     * @param stepBytes the file grows by this or a multiple of it; a power of two, and a window holds whole steps
     */
    MappedFile(DiskFile file, long windowBytes, long stepBytes) throws IOException {
        if (Long.bitCount(windowBytes) != 1 || Long.bitCount(stepBytes) != 1 || stepBytes > windowBytes) {
            throw new IllegalArgumentException("windows of " + windowBytes + " bytes, steps of " + stepBytes);
        }
        this.file = file;
        this.windowBytes = windowBytes;
        this.windowShift = Long.numberOfTrailingZeros(windowBytes);
        this.stepBytes = stepBytes;
        map(file.size() & -PageFormat.PAGE_BYTES);
    }

    /** How many bytes can be read. */
    long mappedBytes() {
        return mappedBytes;
    }

    /** The window that holds {@code position}, which must be mapped. */
    ByteBuffer window(long position) {
        return windows[(int) (position >>> windowShift)];
    }

    /** The index of {@code position} in its window. */
    int index(long position) {
        return (int) (position & (windowBytes - 1));
    }

    /** Has the file end there for all but the disk, whatever it holds beyond: growing begins there. */
    void forgetFrom(long bytes) throws IOException {
        map(bytes);
    }

    /** Writes zeros beyond the end, as far as need be, so that the space is taken, and maps it. */
    void grow(long bytes) throws IOException {
        if (bytes <= mappedBytes) {
            return;
        }
        long step = Math.max(stepBytes, Math.min(STEP_BYTES_MAX, Long.highestOneBit(Math.max(1, bytes / 16))));
        long target = PageFormat.roundUp(bytes, step);
        for (long at = mappedBytes; at < target; ) {
            ByteBuffer zeros = ZEROS.duplicate();
            zeros.limit((int) Math.min(zeros.capacity(), target - at));
            file.write(zeros, at);
            at += zeros.limit();
        }
        map(target);
    }

    private void map(long bytes) throws IOException {
        ByteBuffer[] before = windows;
        ByteBuffer[] after = Arrays.copyOf(before, Math.toIntExact((bytes + windowBytes - 1) >>> windowShift));
        for (int i = 0; i < after.length; i++) {
            long length = Math.min(windowBytes, bytes - i * windowBytes);
            if (i >= before.length || before[i].capacity() != length) {
                after[i] = file.map(i * windowBytes, length);
            }
        }
        windows = after;
        mappedBytes = bytes;
    }

    /** Fills {@code into} without the mapping, as {@link DiskFile#read} does. */
    int read(ByteBuffer into, long position) throws IOException {
        return file.read(into, position);
    }

    void write(ByteBuffer from, long position) throws IOException {
        file.write(from, position);
    }

    void force() throws IOException {
        file.force();
    }

    /** The file's own size, with what was grown and is not used yet. */
    long size() throws IOException {
        return file.size();
    }

    /** Cuts the file to nothing. Whoever reads the mapping from then on faults. */
    void erase() throws IOException {
        file.truncate(0);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
