package io.kvstore.pages;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A set of pages in memory, by number. One thread adds pages while any number look them up. Pages are never removed.
 *
 * <p>The set has two levels: a directory of chunks, and chunks of pages, which are allocated when their first page is
 * added. Chunks and pages are published with release stores and read with acquire loads, the directory with a volatile
 * field.
 */
final class PageSet {

    private static final int CHUNK_SHIFT = 9;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    private static final int CHUNK_MASK = CHUNK - 1;
    private static final VarHandle PAGES = MethodHandles.arrayElementVarHandle(byte[][].class);
    private static final VarHandle CHUNKS = MethodHandles.arrayElementVarHandle(byte[][][].class);

    private volatile byte[][][] directory = new byte[0][][];
    private final AtomicInteger count = new AtomicInteger();

    /** Returns a page, or null if it is not in the set. */
    byte @Nullable [] get(long page) {
        byte[][][] chunks = directory;
        int at = (int) (page >>> CHUNK_SHIFT);
        if (at >= chunks.length) {
            return null;
        }
        byte[][] chunk = (byte[][]) CHUNKS.getAcquire(chunks, at);
        return chunk == null ? null : (byte[]) PAGES.getAcquire(chunk, (int) page & CHUNK_MASK);
    }

    /** Adds a page that is not in the set yet. */
    void add(long page, byte[] bytes) {
        byte[][][] chunks = directory;
        int at = Math.toIntExact(page >>> CHUNK_SHIFT);
        if (at >= chunks.length) {
            byte[][][] more = new byte[Math.max(at + 1, chunks.length + chunks.length / 2)][][];
            System.arraycopy(chunks, 0, more, 0, chunks.length);
            directory = more;
            chunks = more;
        }
        byte[][] chunk = chunks[at];
        if (chunk == null) {
            chunk = new byte[CHUNK][];
            CHUNKS.setRelease(chunks, at, chunk);
        }
        PAGES.setRelease(chunk, (int) page & CHUNK_MASK, bytes);
        count.incrementAndGet();
    }

    /** Returns the number of pages. */
    int count() {
        return count.get();
    }

    /** Returns the page numbers in ascending order. Must not run concurrently with {@link #add}. */
    long[] numbers() {
        long[] numbers = new long[count()];
        int n = 0;
        byte[][][] chunks = directory;
        for (int at = 0; at < chunks.length; at++) {
            byte[][] chunk = chunks[at];
            for (int i = 0; chunk != null && i < CHUNK; i++) {
                if (chunk[i] != null) {
                    numbers[n++] = ((long) at << CHUNK_SHIFT) + i;
                }
            }
        }
        return numbers;
    }
}
