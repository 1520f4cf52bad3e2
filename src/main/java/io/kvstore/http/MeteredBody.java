package io.kvstore.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * Charges the bytes of a body to the budget while a reader parses the body and keeps its content. Each byte counts twice: for
 * the text, and for the objects that the parser creates from it. Closing the stream closes the body. Not thread-safe.
 */
public final class MeteredBody extends InputStream {

    private static final int COPIES = 2;

    /** The memory that stays charged after {@link #passOn}: buffers, and one or two commits of small rows. */
    private static final long WINDOW_BYTES = 4 << 20;

    private final InputStream in;
    private final BodyBudget.Share share;
    private long charged;

    MeteredBody(InputStream in, BodyBudget.Share share) {
        this.in = in;
        this.share = share;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** @throws Problem 503 if the budget is exhausted */
    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = in.read(bytes, from, length);
        if (read > 0) {
            long more = (long) COPIES * read;
            share.reserve(more);
            charged += more;
        }
        return read;
    }

    /** Releases the memory of what the reader has passed on to the store, except for a window of a few megabytes. */
    public void passOn() {
        if (charged > WINDOW_BYTES) {
            share.release(charged - WINDOW_BYTES);
            charged = WINDOW_BYTES;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
