package io.kvstore.api;

import io.kvstore.keyspace.Key;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of a listing while it is written. Not closed when that fails: what is cut off must look cut off.
 *
 * @param <E> what there is of a key besides
 */
interface RowWriter<E> {

    /** What begins a body. */
    @FunctionalInterface
    interface Opener<E> {

        /**
         * @param out is closed by {@link RowWriter#end}
         * @param revision the store's when the listing began
         */
        RowWriter<E> open(OutputStream out, long revision) throws IOException;
    }

    /** Writes what the listing has of a key. */
    void row(Key key, E element) throws IOException;

    /** Completes the answer. */
    void end() throws IOException;
}
