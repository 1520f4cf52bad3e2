package io.kvstore.store;

import java.util.List;

/** The threads that go on where commits are over that no thread waited for; see {@link PendingCommit#onComplete}. */
@FunctionalInterface
public interface CompletionExecutor {

    /**
     * Has tasks run soon, in any order, on other threads than the calling one, which is the committing thread: it must not
     * wait. The list is the resumer's own.
     *
     * @throws java.util.concurrent.RejectedExecutionException when it runs nothing any more
     */
    void executeAll(List<Runnable> tasks);
}
