package io.kvstore.storage;

import io.kvstore.store.PendingCommit;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A task for the committing thread, linked into a {@link CommitQueue}, and the thread or {@link Completion} that waits
 * for it.
 */
abstract class QueuedTask {

    private static final Object COMPLETE = new Object();
    private static final VarHandle WAITER = waiter();

    @Nullable
    QueuedTask next;

    private @Nullable RuntimeException failure;

    /** Null, the waiting thread, or the waiting {@link Completion}; {@link #COMPLETE} once the task is complete. */
    private volatile @Nullable Object waiter;

    private static VarHandle waiter() {
        try {
            return MethodHandles.lookup().findVarHandle(QueuedTask.class, "waiter", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Completes the task. On the committing thread, once. */
    final void complete(Completions completions) {
        Object waiting = WAITER.getAndSet(this, COMPLETE);
        if (waiting instanceof Thread thread) {
            LockSupport.unpark(thread);
        } else if (waiting instanceof Completion completion) {
            completions.add(completion);
        }
    }

    /** Completes the task with an exception. On the committing thread; without effect if the task is complete. */
    final void fail(RuntimeException reason, Completions completions) {
        if (waiter != COMPLETE) {
            failure = reason;
            complete(completions);
        }
    }

    /** As {@link PendingCommit#onComplete}. */
    final boolean onComplete(Completion completion) {
        return WAITER.compareAndSet(this, null, completion);
    }

    /**
     * Waits until the task is complete, and throws its exception if it failed. Keeps the interrupt status of the
     * thread.
     */
    final void await() {
        boolean interrupted = false;
        WAITER.compareAndSet(this, null, Thread.currentThread());
        while (waiter != COMPLETE) {
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
