package io.kvstore.disk;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a simulated file. Bytes that were never written are zero. Copying is cheap, because copies share the
 * blocks that neither has changed since. Not safe for use by several threads, but different copies may be used by
 * different threads.
 */
final class SparseBytes {

    static final int BLOCK_BYTES = 4096;

    private static final byte[] ZEROS = new byte[BLOCK_BYTES];

    private byte @Nullable [][] blocks;
    /** Whether a block may be shared with a copy, so that it must not be modified in place. */
    private boolean[] shared;

    private long size;
    private int allocated;

    SparseBytes() {
        this(new byte[4][], new boolean[4]);
    }

    private SparseBytes(byte @Nullable [][] blocks, boolean[] shared) {
        this.blocks = blocks;
        this.shared = shared;
    }

    SparseBytes copy() {
        Arrays.fill(shared, true);
        SparseBytes copy = new SparseBytes(blocks.clone(), shared.clone());
        copy.size = size;
        copy.allocated = allocated;
        return copy;
    }

    long size() {
        return size;
    }

    /** Returns the allocated space in bytes: whole blocks that were written and not truncated since. */
    long allocatedBytes() {
        return (long) allocated * BLOCK_BYTES;
    }

    /** Returns the number of blocks that a write would allocate. */
    int missingBlocks(long position, int length) {
        int missing = 0;
        for (int i = index(position); length > 0 && i <= index(position + length - 1); i++) {
            if (i >= blocks.length || blocks[i] == null) {
                missing++;
            }
        }
        return missing;
    }

    /** Returns the number of bytes of a write that fit if at most {@code blocksFree} blocks can be allocated. */
    int fitting(long position, int length, long blocksFree) {
        long free = blocksFree;
        long at = position;
        long end = position + length;
        while (at < end) {
            int index = index(at);
            if (index >= blocks.length || blocks[index] == null) {
                if (free == 0) {
                    break;
                }
                free--;
            }
            at = Math.min(end, (index + 1L) * BLOCK_BYTES);
        }
        return (int) (at - position);
    }

    /** Returns a copy of a range of bytes. */
    byte[] read(long position, int length) {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            long at = position + done;
            int within = (int) (at % BLOCK_BYTES);
            int n = Math.min(length - done, BLOCK_BYTES - within);
            byte[] block = index(at) < blocks.length ? blocks[index(at)] : null;
            if (block != null && block != ZEROS) {
                System.arraycopy(block, within, bytes, done, n);
            }
            done += n;
        }
        return bytes;
    }

    /** Writes bytes, growing the file if necessary. */
    void write(long position, byte[] from, int offset, int length) {
        int done = 0;
        while (done < length) {
            long at = position + done;
            int within = (int) (at % BLOCK_BYTES);
            int n = Math.min(length - done, BLOCK_BYTES - within);
            if (n == BLOCK_BYTES && Arrays.equals(from, offset + done, offset + done + n, ZEROS, 0, n)) {
                share(index(at), ZEROS);
            } else {
                System.arraycopy(from, offset + done, own(index(at)), within, n);
            }
            done += n;
        }
        size = Math.max(size, position + length);
    }

    /** Truncates the file, or extends it with zeros that take no space. */
    void resize(long newSize) {
        for (int i = index(newSize + BLOCK_BYTES - 1); i < blocks.length; i++) {
            if (blocks[i] != null) {
                blocks[i] = null;
                allocated--;
            }
        }
        zero(newSize, size);
        size = newSize;
    }

    /** Zeroes a range of bytes, without allocating blocks. */
    void zero(long from, long to) {
        long at = from;
        while (at < to && index(at) < blocks.length) {
            int within = (int) (at % BLOCK_BYTES);
            int n = (int) Math.min(to - at, BLOCK_BYTES - within);
            if (blocks[index(at)] != null) {
                Arrays.fill(own(index(at)), within, within + n, (byte) 0);
            }
            at += n;
        }
    }

    private void reserve(int index) {
        if (index >= blocks.length) {
            int length = Math.max(index + 1, 2 * blocks.length);
            blocks = Arrays.copyOf(blocks, length);
            shared = Arrays.copyOf(shared, length);
        }
    }

    private void share(int index, byte[] block) {
        reserve(index);
        if (blocks[index] == null) {
            allocated++;
        }
        blocks[index] = block;
        shared[index] = true;
    }

    private byte[] own(int index) {
        reserve(index);
        byte[] block = blocks[index];
        if (block == null) {
            block = new byte[BLOCK_BYTES];
            allocated++;
        } else if (shared[index]) {
            block = block.clone();
        }
        blocks[index] = block;
        shared[index] = false;
        return block;
    }

    private static int index(long position) {
        return (int) (position / BLOCK_BYTES);
    }
}
