package io.kvstore.store;

/**
 * A commit that was begun and may still be on its way; see {@link CommitStore#begin}. It comes about whether or not
 * somebody joins it.
 *
 * <p>For the thread that began it, and then for the task that goes on when it is over.
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
     * Has a task run when the commit is over, as {@link #join} then tells how, so that no thread has to wait: to put a thread
     * to sleep and to wake it costs microseconds. Not to be called twice, nor by whoever joins before the task
     * runs. A store that is closed meanwhile has it run too.
     *
     * @return false when the commit is over already, or this one cannot tell of its end: then the task is not run
     */
    default boolean onComplete(CompletionExecutor resumer, Runnable task) {
        return false;
    }
}
