package io.kvstore.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the requests in flight. Safe for use by any number of threads. */
final class RequestsInFlight {

    private final AtomicInteger count = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private volatile boolean awaited;

    /** Counts a new request; returns the number in flight including it. */
    int enter() {
        return count.incrementAndGet();
    }

    /** Returns the number of requests in flight. */
    int count() {
        return count.get();
    }

    /** Counts the end of a request. */
    void leave() {
        if (count.decrementAndGet() == 0 && awaited) {
            lock.lock();
            try {
                none.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Waits until no request is in flight, the timeout has passed or the thread is interrupted, which sets its interrupt flag
     * again. Returns whether no request is in flight.
     */
    boolean awaitNone(Duration timeout) {
        awaited = true;
        long nanos = timeout.toNanos();
        lock.lock();
        try {
            while (count.get() > 0 && nanos > 0) {
                nanos = none.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return count.get() == 0;
    }
}
