package io.kvstore.storage;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Somebody who waits for the committing thread, linked into a {@link CommitQueue}. */
abstract class Waiter {

    @Nullable
    Waiter next;

    private final Thread thread = Thread.currentThread();
    private @Nullable RuntimeException failure;
    private volatile boolean done;

    /** On the committing thread, once. */
    final void finish() {
        done = true;
        LockSupport.unpark(thread);
    }

    /** On the committing thread; without effect when it is finished. */
    final void fail(RuntimeException reason) {
        if (!done) {
            failure = reason;
            finish();
        }
    }

    /** Waits until it is finished, and throws what it failed with. An interrupt is kept for later. */
    final void await() {
        boolean interrupted = false;
        while (!done) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
