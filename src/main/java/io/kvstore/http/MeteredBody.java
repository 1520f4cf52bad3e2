package io.kvstore.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * A body, decoded, of which whoever reads it keeps what it says: each byte counts as two of memory, for the text and for what
 * is made of it. Closing it closes the body.
 */
public final class MeteredBody extends InputStream {

    private static final int COPIES = 2;

    /** What is read ahead, and a commit or two of small rows: too little to give back one by one. */
    private static final long WINDOW_BYTES = 4 << 20;

    private final InputStream in;
    private final BodyBudget.Share share;
    private long kept;

    MeteredBody(InputStream in, BodyBudget.Share share) {
        this.in = in;
        this.share = share;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** @throws Problem 503 when there is too little memory to keep what was read */
    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = in.read(bytes, from, length);
        if (read > 0) {
            long more = (long) COPIES * read;
            share.take(more);
            kept += more;
        }
        return read;
    }

    /** What was read has gone on to the store, but for what is read ahead and what a commit waits for. */
    public void passOn() {
        if (kept > WINDOW_BYTES) {
            share.giveBack(kept - WINDOW_BYTES);
            kept = WINDOW_BYTES;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
