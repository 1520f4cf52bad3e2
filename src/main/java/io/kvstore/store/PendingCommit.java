package io.kvstore.store;

/**
 * A commit that was begun and may not be complete yet; see {@link CommitStore#begin}. It completes whether or not the
 * caller joins it.
 *
 * <p>For the thread that began it, and then for the task given to {@link #onComplete}.
 */
@FunctionalInterface
public interface PendingCommit<R> {

    /**
     * Waits until the commit is visible and as durable as the store promises.
     *
     * @return what the change returned
     * @throws StoreException as {@link CommitStore#commit}
     */
    R join();

    /**
     * Runs a task on an executor when the commit completes, after which {@link #join} returns at once. So no thread has
     * to wait; blocking and waking a thread costs microseconds. The task also runs if the store is closed in the
     * meantime.
     *
     * <p>Must not be called twice, nor by a thread that joins before the task runs.
     *
     * @return false if the commit is already complete, or this implementation does not support it; the task is not run
     *     then
     */
    default boolean onComplete(CompletionExecutor executor, Runnable task) {
        return false;
    }
}
