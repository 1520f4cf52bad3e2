package io.kvstore.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a request, each of whose reads is told to a watch. Ends where the body is complete: one that is cut short
 * fails, whatever the server below makes of it. Closing it does nothing, for its connection is the server's.
 */
final class BodyStream extends InputStream {

    private final InputStream in;
    private final IoWatch watch;
    private final long declared;
    private final String what;
    private final long bytesMax;
    private long count;

    /**
     * @param declared how long it is said to be, or -1 where that shows as it comes
     * @param what names it in an error, as in "a batch"
     */
    BodyStream(InputStream in, IoWatch watch, long declared, String what, long bytesMax) {
        this.in = in;
        this.watch = watch;
        this.declared = declared;
        this.what = what;
        this.bytesMax = bytesMax;
    }

    /** How many bytes were read. */
    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read;
        watch.begin();
        try {
            read = in.read(bytes, from, length);
        } catch (RuntimeException e) { // the JDK's server computes with sizes of chunks that are none
            throw new IOException("a body in chunks that are malformed", e);
        } finally {
            watch.end();
        }
        if (read < 0) {
            if (count < declared) {
                throw new EOFException("a body of " + count + " bytes where " + declared + " were declared");
            }
            return read;
        }
        count += read;
        if (count > bytesMax) {
            throw tooLong(what, bytesMax, "more");
        }
        return read;
    }

    static Problem tooLong(String what, long bytesMax, String given) {
        return new Problem(413, what + " has at most " + bytesMax + " bytes here, not " + given);
    }
}
