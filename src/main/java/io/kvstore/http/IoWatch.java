package io.kvstore.http;

import java.io.IOException;

/**
 * Observes how long the thread of a request waits for its connection, so that the server can enforce a timeout. Its methods
 * must be called by that thread.
 */
public interface IoWatch {

    /** Marks the start of a wait for the connection. If the thread is waiting already, restarts the timeout. */
    void begin();

    /** Declares that the request lasts until its client disconnects, so that it must not occupy a thread that others need. */
    void stay();

    /**
     * Marks the end of a wait.
     *
     * @throws IOException if the wait exceeded the timeout; the connection cannot be used further
     */
    void end() throws IOException;
}
