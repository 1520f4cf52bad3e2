package io.kvstore.http;

import java.io.IOException;

/**
 * Told when a request's thread begins to wait for its connection, and when it no longer does, so that somebody can end a
 * wait in which no byte moves. For the request's own thread.
 */
public interface IoWatch {

    /** The thread may now wait for the connection; called again, the waiting begins anew. */
    void begin();

    /** The request will last for as long as its client likes: it must not count as one that others wait for. */
    void stay();

    /**
     * The thread no longer waits.
     *
     * @throws IOException when the wait was too long: the connection is of no use any more
     */
    void end() throws IOException;
}
