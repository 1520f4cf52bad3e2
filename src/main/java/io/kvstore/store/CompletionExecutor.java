package io.kvstore.store;

import java.util.List;

/** Runs the tasks that {@link PendingCommit#onComplete} registers. */
@FunctionalInterface
public interface CompletionExecutor {

    /**
     * Hands tasks to other threads, which run them soon and in any order. The committing thread calls this method, so
     * it must not block. The executor owns the list.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the executor is shut down
     */
    void executeAll(List<Runnable> tasks);
}
