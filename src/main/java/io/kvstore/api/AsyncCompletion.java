package io.kvstore.api;

import io.kvstore.http.IoWatch;
import io.kvstore.store.CompletionExecutor;
import io.kvstore.store.PendingCommit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * To park and unpark a platform thread that waits for a commit was a third to a half of the CPU cost of a durable write. So
 * the thread returns instead, and another thread sends the responses of all requests of the same group commit.
 *
 * The JDK's server permits any thread to complete an exchange. But if the response fails, it removes the connection from
 * ServerImpl.allConnections only if the handler throws. A connection that another thread closes stays there, and counts
 * towards the maximum number of connections. So after FAILURES_MAX such failures, all requests complete on their own threads.
 * The response to a write is short; sending it fails only if the client has reset the connection before, or does not read
 * its responses.
 */
/** Decides whether a request that waits for a commit completes on another thread. Thread-safe. */
public final class AsyncCompletion {

    static final int FAILURES_MAX = 500;

    /** Completes every request on its own thread. */
    public static final AsyncCompletion DISABLED = new AsyncCompletion(null, () -> {
        throw new IllegalStateException("no request completes on another thread");
    });

    private final @Nullable CompletionExecutor executor;
    private final Supplier<IoWatch> watches;
    private final AtomicInteger failures = new AtomicInteger();

    private AsyncCompletion(@Nullable CompletionExecutor executor, Supplier<IoWatch> watches) {
        this.executor = executor;
        this.watches = watches;
    }

    /**
     * Completes requests on the threads of an executor.
     *
     * @param watches returns the watch of the calling thread, which is a thread of the executor
     */
    public static AsyncCompletion on(CompletionExecutor executor, Supplier<IoWatch> watches) {
        return new AsyncCompletion(executor, watches);
    }

    /** Runs a task on the executor once the commit completes; returns false if the caller must wait for it instead. */
    boolean onComplete(PendingCommit<?> commit, Runnable task) {
        return executor != null && failures.get() < FAILURES_MAX && commit.onComplete(executor, task);
    }

    /** Returns the watch of the calling thread, which runs such a task. */
    IoWatch watch() {
        return watches.get();
    }

    /** Counts a task whose response failed, because the server does not forget its connection. */
    void failed() {
        failures.incrementAndGet();
    }
}
