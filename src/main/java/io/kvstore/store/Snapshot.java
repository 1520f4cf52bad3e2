package io.kvstore.store;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An image of a whole store at one revision, written while the store is read and changed.
 *
 * <p>Takes the memory of a page and of as much history. Holds no lock while bytes are written, so it delays no other
 * caller. Fails if the output is so slow that the history no longer has the changes since the last page.
 *
 * <p>Not thread-safe.
 */
public interface Snapshot {

    /**
     * Returns the revision of the store when the snapshot was begun. The image is of this revision, or of a later one
     * if the store is changed in the meantime.
     */
    long from();

    /**
     * Writes the image and leaves the stream open. May be called once. An image that was not written to its end cannot
     * be restored.
     *
     * @return the revision of the image
     * @throws StoreException.HistoryGone if {@code out} was too slow
     * @throws IOException if {@code out} fails
     */
    long writeTo(OutputStream out) throws IOException;
}
