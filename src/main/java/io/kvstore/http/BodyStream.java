package io.kvstore.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a request, with a maximum length. Reports each read to an {@link IoWatch}. Fails if the body is
 * incomplete, which the stream of the JDK's server does not always detect. Closing it has no effect, because the
 * connection belongs to the server.
 */
final class BodyStream extends InputStream {

    private final InputStream in;
    private final IoWatch watch;
    private final long declared;
    private final String subject;
    private final long bytesMax;
    private long count;
    private boolean ended;

    /**
     * Creates the stream.
     *
     * @param declared the length that the client has declared, or -1 for a chunked body
     * @param subject the subject of an error message, such as "a batch"
     */
    BodyStream(InputStream in, IoWatch watch, long declared, String subject, long bytesMax) {
        this.in = in;
        this.watch = watch;
        this.declared = declared;
        this.subject = subject;
        this.bytesMax = bytesMax;
    }

    /** Returns the number of bytes read. */
    long count() {
        return count;
    }

    /** Returns whether the whole body has been read. */
    boolean hasEnded() {
        return ended || count == declared;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** @throws Problem 413 if the body is longer than allowed */
    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read;
        watch.begin();
        try {
            read = in.read(bytes, from, length);
        } catch (RuntimeException e) { // the JDK's server uses the size of a chunk without validating it
            throw new IOException("malformed chunk in the request body", e);
        } finally {
            watch.end();
        }
        if (read < 0) {
            if (count < declared) {
                throw new EOFException("request body ended after " + count + " of " + declared + " bytes");
            }
            ended = true;
            return read;
        }
        count += read;
        if (count > bytesMax) {
            throw tooLong(subject, bytesMax, "this one is longer");
        }
        return read;
    }

    static Problem tooLong(String subject, long bytesMax, String reason) {
        return new Problem(413, subject + " has at most " + bytesMax + " bytes; " + reason);
    }
}
