package io.kvstore.storage;

import io.kvstore.store.StoreException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * A stack that is taken as a whole and reversed (Treiber 1986): a push is one compare-and-set, and taking a group costs
 * the same however many tasks wait. The bottom of the stack says whether the consumer is awake: only the thread that
 * pushes onto the stack of a sleeping consumer wakes it.
 */
/** The tasks that wait for the committing thread, in the order of their arrival. Many threads push, one takes. */
final class CommitQueue {

    /** The bottom of the stack while the consumer is awake; null while it sleeps. */
    private static final QueuedTask AWAKE = new QueuedTask() {};

    private static final QueuedTask CLOSED = new QueuedTask() {};

    private final AtomicReference<@Nullable QueuedTask> top = new AtomicReference<>(AWAKE);
    private @Nullable Thread consumer;

    /** Sets the thread that calls {@link #take}. To be called once, before that thread starts. */
    void setConsumer(Thread thread) {
        consumer = thread;
    }

    /**
     * Adds a task.
     *
     * @throws StoreException.Closed if the queue is closed
     */
    void push(QueuedTask task) {
        while (true) {
            QueuedTask below = top.get();
            if (below == CLOSED) {
                throw new StoreException.Closed();
            }
            task.next = below == null ? AWAKE : below;
            if (top.compareAndSet(below, task)) {
                if (below == null) {
                    LockSupport.unpark(consumer);
                }
                return;
            }
        }
    }

    /**
     * Runs something on the committing thread between two groups, and waits for it. From any other thread.
     *
     * @return what {@code body} returned
     * @throws StoreException.Closed if the queue is closed
     */
    <R> R runBetweenGroups(Callable<R> body) {
        BarrierTask<R> task = new BarrierTask<>(body);
        push(task);
        return task.join();
    }

    /**
     * Returns all waiting tasks, linked in the order of their arrival. Waits for about {@code waitNanos} while there
     * are none, or without limit for {@link Long#MAX_VALUE}. Returns null after that time, and sometimes before.
     */
    @Nullable
    QueuedTask take(long waitNanos) {
        QueuedTask taken = top.getAndSet(AWAKE);
        if (taken == AWAKE && waitNanos > 0 && top.compareAndSet(AWAKE, null)) {
            if (waitNanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, waitNanos);
            }
            taken = top.getAndSet(AWAKE);
        }
        return reversed(taken);
    }

    /** Makes {@link #take} return now or on its next call, even if no task waits. */
    void wake() {
        LockSupport.unpark(consumer);
    }

    /** Closes the queue and returns all waiting tasks. */
    @Nullable
    QueuedTask close() {
        return reversed(top.getAndSet(CLOSED));
    }

    private static @Nullable QueuedTask reversed(@Nullable QueuedTask top) {
        QueuedTask first = null;
        QueuedTask each = top;
        while (each != null && each != AWAKE) {
            QueuedTask below = each.next;
            each.next = first;
            first = each;
            each = below;
        }
        return first;
    }
}
