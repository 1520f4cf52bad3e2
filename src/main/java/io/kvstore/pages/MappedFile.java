package io.kvstore.pages;

import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A file that is written with write calls and read through mappings. Each mapping is a window of the same size, except
 * the last, which may be shorter and is replaced when the file grows. A replaced mapping is released by the garbage
 * collector once no reader uses it.
 *
 * <p>Threads: any number may read while one writes and grows the file. No mapping extends past the end of the file.
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
     * Maps the whole pages of a file.
     *
     * @param windowBytes size of a window, a power of two
     * @param stepBytes the file grows by multiples of this; a power of two, at most {@code windowBytes}
     */
    MappedFile(DiskFile file, long windowBytes, long stepBytes) throws IOException {
        if (Long.bitCount(windowBytes) != 1 || Long.bitCount(stepBytes) != 1 || stepBytes > windowBytes) {
            throw new IllegalArgumentException("window and step must be powers of two, and the step not larger: "
                    + windowBytes + " and " + stepBytes + " bytes");
        }
        this.file = file;
        this.windowBytes = windowBytes;
        this.windowShift = Long.numberOfTrailingZeros(windowBytes);
        this.stepBytes = stepBytes;
        map(file.size() & -PageFormat.PAGE_BYTES);
    }

    /** Returns how many bytes are mapped and can be read. */
    long mappedBytes() {
        return mappedBytes;
    }

    /** Returns the window that contains {@code position}, which must be mapped. */
    ByteBuffer window(long position) {
        return windows[(int) (position >>> windowShift)];
    }

    /** Returns the index of {@code position} in its window. */
    int index(long position) {
        return (int) (position & (windowBytes - 1));
    }

    /**
     * Treats the file as if it ended at {@code bytes}, without truncating it. A later {@link #grow} overwrites the rest
     * with zeros.
     */
    void mapOnly(long bytes) throws IOException {
        map(bytes);
    }

    /**
     * Makes at least {@code bytes} readable, by writing zeros past the end, which also allocates the disk space, and
     * mapping them.
     */
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

    /** Reads the file without the mappings, as {@link DiskFile#read} does. */
    int read(ByteBuffer into, long position) throws IOException {
        return file.read(into, position);
    }

    void write(ByteBuffer from, long position) throws IOException {
        file.write(from, position);
    }

    void force() throws IOException {
        file.force();
    }

    /** Returns the size of the file, including space that was allocated and is not used yet. */
    long size() throws IOException {
        return file.size();
    }

    /** Truncates the file to 0 bytes. Reading a mapping afterwards causes a memory fault. */
    void erase() throws IOException {
        file.truncate(0);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
