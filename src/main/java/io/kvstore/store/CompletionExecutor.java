package io.kvstore.store;

import java.util.List;

/** Runs the tasks that wait for commits without a thread; see {@link PendingCommit#onComplete}. */
@FunctionalInterface
public interface CompletionExecutor {

    /**
     * Runs tasks soon, in any order, on other threads. The committing thread calls this, so it must not wait. The list
     * belongs to the executor.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the executor is shut down
     */
    void executeAll(List<Runnable> tasks);
}
