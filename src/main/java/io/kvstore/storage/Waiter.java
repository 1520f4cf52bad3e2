package io.kvstore.storage;

import io.kvstore.store.PendingCommit;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Something that is to be done by the committing thread, linked into a {@link CommitQueue}, and who waits for it. */
abstract class Waiter {

    private static final Object OVER = new Object();
    private static final VarHandle WAITING = waiting();

    @Nullable
    Waiter next;

    private @Nullable RuntimeException failure;

    /** Who waits: nobody yet, a thread, or what is to go on then; {@link #OVER} once it is done. */
    private volatile @Nullable Object waiting;

    private static VarHandle waiting() {
        try {
            return MethodHandles.lookup().findVarHandle(Waiter.class, "waiting", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** On the committing thread, once. */
    final void finish(Completions resumptions) {
        Object waited = WAITING.getAndSet(this, OVER);
        if (waited instanceof Thread thread) {
            LockSupport.unpark(thread);
        } else if (waited instanceof Completions.Completion resumption) {
            resumptions.add(resumption);
        }
    }

    /** On the committing thread; without effect when it is finished. */
    final void fail(RuntimeException reason, Completions resumptions) {
        if (waiting != OVER) {
            failure = reason;
            finish(resumptions);
        }
    }

    /** As {@link PendingCommit#onComplete}. */
    final boolean onComplete(Completions.Completion resumption) {
        return WAITING.compareAndSet(this, null, resumption);
    }

    /** Waits until it is finished, and throws what it failed with. An interrupt is kept for later. */
    final void await() {
        boolean interrupted = false;
        WAITING.compareAndSet(this, null, Thread.currentThread());
        while (waiting != OVER) {
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
