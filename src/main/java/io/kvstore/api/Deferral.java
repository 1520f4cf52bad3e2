package io.kvstore.api;

import io.kvstore.store.CompletionExecutor;
import io.kvstore.store.PendingCommit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * A thread of the system that waits for a commit is put to sleep and woken again, which was a third to a half of what a
 * durable write cost. So it leaves, and another gives the answer, with many more of the same group of commits.
 *
 * The JDK's server allows that: an exchange may be answered by any thread, and is over when its answer is. But where the
 * answer fails, it closes and forgets the connection only if the handler throws. If another thread closes it, it stays in
 * the server's books (ServerImpl.allConnections) and counts among those that there may be. So after some of those all
 * requests are answered by the threads that began them. An answer that waits for its commit is short, and fails only where
 * the client has reset the connection before it came, or has let unread answers pile up.
 */
/** Where requests may be answered by another thread than the one that began them. Safe for use by any number of threads. */
public final class Deferral {

    static final int FAILURES_MAX = 500;

    /** Every request is answered by the thread that began it. */
    public static final Deferral NONE = new Deferral(null, () -> {
        throw new IllegalStateException("nothing is deferred");
    });

    private final @Nullable CompletionExecutor threads;
    private final Supplier<IoWatch> watches;
    private final AtomicInteger failures = new AtomicInteger();

    private Deferral(@Nullable CompletionExecutor threads, Supplier<IoWatch> watches) {
        this.threads = threads;
        this.watches = watches;
    }

    /**
     * @param threads resume requests
     * @param watches the watch of the thread that asks, which is one of them
     */
    public static Deferral to(CompletionExecutor threads, Supplier<IoWatch> watches) {
        return new Deferral(threads, watches);
    }

    /** Has a task run when a commit is over; says whether it will. */
    boolean defer(PendingCommit<?> commit, Runnable task) {
        return threads != null && failures.get() < FAILURES_MAX && commit.onComplete(threads, task);
    }

    /** The watch of the calling thread, which runs such a task. */
    IoWatch watch() {
        return watches.get();
    }

    /** An answer that was deferred failed: its connection is closed, and stays in the server's books. */
    void failed() {
        failures.incrementAndGet();
    }
}
