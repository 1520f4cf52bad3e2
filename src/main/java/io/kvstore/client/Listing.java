package io.kvstore.client;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the order of their keys, read from the server as they are asked for, in the memory of one row. For one thread;
 * {@link #close} may be called by any.
 *
 * <p>A key that is there the whole time comes exactly once, one that comes or goes meanwhile may be there or not: a listing
 * is no snapshot of the whole. Where the connection breaks, or the server has cut off a reader that paused for long, it goes
 * on after the last row by itself, as the client's {@link RetryPolicy} allows.
 *
 * <p>It holds a connection until its last row was read, or it is closed.
 */
public final class Listing<V> implements Iterator<Row<V>>, AutoCloseable {

    /** The store's revision when the listing began. */
    public long revision() {
        throw new UnsupportedOperationException();
    }

    /**
     * Where the next page begins, when the query had a limit and more rows follow; else null. To be given to {@link
     * Query#after}, with the same direction.
     */
    public @Nullable String nextCursor() {
        throw new UnsupportedOperationException();
    }

    /** Whether keys were left out that were asked for, because the token may not read them. */
    public boolean filtered() {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether there is another row; waits for it.
     *
     * @throws ClientException when it cannot be read
     */
    @Override
    public boolean hasNext() {
        throw new UnsupportedOperationException();
    }

    /**
     * @throws ClientException when it cannot be read
     * @throws NoSuchElementException after the last
     */
    @Override
    public Row<V> next() {
        throw new UnsupportedOperationException();
    }

    /** Gives the connection back, or breaks it off where rows are still to come. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
