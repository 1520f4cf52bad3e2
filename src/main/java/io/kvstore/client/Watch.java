package io.kvstore.client;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Every change, in order, none left out or merged, as long as it is open. For one thread; {@link #close} may be called by
 * any, and ends a wait of {@link #hasNext} at once.
 *
 * <p>When the connection breaks, falls silent, or the server stops or has cut off a slow reader, the watch connects again,
 * however often, with the waits of the client's {@link RetryPolicy}, and goes on after the last event. It fails where it
 * cannot do so without missing something ({@link HistoryGoneException}), or is no longer let in ({@link ResponseException}).
 */
public final class Watch<V> implements Iterator<WatchEvent<V>>, AutoCloseable {

    Watch() {}

    /**
     * Waits for the next event.
     *
     * @return false once it was closed
     * @throws HistoryGoneException when changes were missed
     * @throws ClientException when it cannot go on; an interrupt ends the wait and stays set
     */
    @Override
    public boolean hasNext() {
        throw new UnsupportedOperationException();
    }

    /**
     * @throws ClientException as {@link #hasNext}
     * @throws NoSuchElementException once it was closed
     */
    @Override
    public WatchEvent<V> next() {
        throw new UnsupportedOperationException();
    }

    /** Ends it; further calls do nothing. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
