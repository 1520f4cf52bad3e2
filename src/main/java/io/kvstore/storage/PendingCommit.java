package io.kvstore.storage;

/**
 * A commit that was begun and may still be on its way; see {@link CommitStore#begin}. It comes about whether or not
 * somebody joins it.
 *
 * <p>For the thread that began it.
 */
public interface PendingCommit<R> {

    /**
     * Waits until the commit is visible and as durable as the store promises.
     *
     * @return what the change returned
     * @throws StoreException as {@link CommitStore#commit}
     */
    R join();
}
