package io.kvstore.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A response body of any length, read as it arrives. The stream throws an {@link IOException} if the body is cut off,
 * or no byte arrives for the client's idle timeout; the client does not retry it. Not thread-safe, except that any
 * thread may call {@link #close}. Holds a connection until it is read to its end or closed.
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
        } catch (ClientException.UnreadableResponse e) {
            reply.response().body().close();
            throw e;
        }
    }

    /** Returns the stream of the body. */
    public InputStream stream() {
        return stream;
    }

    /** Returns the store's revision when the download began. */
    public long revision() {
        return revision;
    }

    /** Returns whether the server left out keys that the query selects but the token may not read. */
    public boolean filtered() {
        return filtered;
    }

    /**
     * Copies the rest of the body to a stream.
     *
     * @return the number of bytes copied
     * @throws IOException if the body is cut off, or cannot be written
     */
    public long transferTo(OutputStream out) throws IOException {
        return stream.transferTo(out);
    }

    /** Closes the stream, and the connection unless the body is complete. */
    @Override
    public void close() {
        stream.close();
    }
}
