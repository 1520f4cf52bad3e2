package io.kvstore.storage;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/*
 * A stack that is taken whole and turned round (Treiber 1986): a push is one compare-and-set, and taking a group costs
 * the same however many wait. Its bottom says whether the consumer is awake: only who pushes onto the stack of a sleeping
 * consumer wakes it, the others know that it will come.
 */
/** Those who wait for the committing thread, first come, first served. Many push, one takes. */
final class CommitQueue {

    /** The bottom of the stack while the consumer is awake; null while it sleeps. */
    private static final Waiter AWAKE = new Waiter() {};

    private static final Waiter CLOSED = new Waiter() {};

    private final AtomicReference<@Nullable Waiter> top = new AtomicReference<>(AWAKE);
    private final Thread consumer;

    CommitQueue(Thread consumer) {
        this.consumer = consumer;
    }

    /**
     * Adds somebody.
     *
     * @return false when the queue is closed: nobody will come for the waiter
     */
    boolean push(Waiter waiter) {
        while (true) {
            Waiter below = top.get();
            if (below == CLOSED) {
                return false;
            }
            waiter.next = below == null ? AWAKE : below;
            if (top.compareAndSet(below, waiter)) {
                if (below == null) {
                    LockSupport.unpark(consumer);
                }
                return true;
            }
        }
    }

    /**
     * All who wait, linked in the order they came. Waits while there is nobody, but not much longer than {@code waitNanos},
     * where the greatest long is for ever: then, and now and then before, it returns null.
     */
    @Nullable
    Waiter take(long waitNanos) {
        Waiter taken = top.getAndSet(AWAKE);
        if (taken == AWAKE && waitNanos > 0 && top.compareAndSet(AWAKE, null)) {
            if (waitNanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, waitNanos);
            }
            taken = top.getAndSet(AWAKE);
        }
        return turned(taken);
    }

    /** Has {@link #take} return, now or the next time it is called, though there may be nobody. */
    void wake() {
        LockSupport.unpark(consumer);
    }

    /** Takes all who wait and lets nobody in any more. */
    @Nullable
    Waiter close() {
        return turned(top.getAndSet(CLOSED));
    }

    private static @Nullable Waiter turned(@Nullable Waiter top) {
        Waiter first = null;
        Waiter each = top;
        while (each != null && each != AWAKE) {
            Waiter below = each.next;
            each.next = first;
            first = each;
            each = below;
        }
        return first;
    }
}
