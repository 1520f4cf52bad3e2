package io.kvstore.store;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An image of a whole store at one revision, written while the store is read and changed.
 *
 * <p>Takes the memory of a page and of as much history, and holds no lock while bytes are written; nobody waits for it. A
 * target so slow that the history no longer has the changes since the last page gets no whole image.
 *
 * <p>For one thread.
 */
public interface Snapshot {

    /** The revision of the store when this was begun: the image is of this one or, where it is changed meanwhile, a later. */
    long from();

    /**
     * Writes the image, once, and leaves the stream open. Only what was written to its end can be restored.
     *
     * @return the revision that it is of
     * @throws StoreException.HistoryGone when {@code out} was too slow
     * @throws IOException when {@code out} fails
     */
    long writeTo(OutputStream out) throws IOException;
}
