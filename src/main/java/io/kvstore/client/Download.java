package io.kvstore.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * An answer of any length, read as it comes. The stream throws an {@link IOException} where the answer was cut off before
 * its end, or nothing came for the client's idle time; it is never repeated by itself. For one thread; {@link #close} may be
 * called by any. Holds a connection until it is read to its end, or closed.
 */
public final class Download implements AutoCloseable {

    private final BodyStream stream;
    private final long revision;
    private final boolean filtered;

    private Download(BodyStream stream, long revision, boolean filtered) {
        this.stream = stream;
        this.revision = revision;
        this.filtered = filtered;
    }

    static Download of(Transport.Reply<BodyStream> reply) {
        try {
            return new Download(
                    reply.response().body(), reply.number("KV-Revision"), reply.header("KV-Filtered") != null);
        } catch (UnreadableAnswerException e) {
            reply.response().body().close();
            throw e;
        }
    }

    /** The bytes. */
    public InputStream stream() {
        return stream;
    }

    /** The store's revision when it began. */
    public long revision() {
        return revision;
    }

    /** Whether keys were left out that were asked for, because the token may not read them. */
    public boolean filtered() {
        return filtered;
    }

    /**
     * Reads it to its end.
     *
     * @return how many bytes there were
     * @throws IOException when it was cut off, or could not be written
     */
    public long transferTo(OutputStream out) throws IOException {
        return stream.transferTo(out);
    }

    @Override
    public void close() {
        stream.close();
    }
}
