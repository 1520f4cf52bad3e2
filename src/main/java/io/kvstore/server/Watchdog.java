package io.kvstore.server;

import io.kvstore.http.IoWatch;
import io.kvstore.store.CompletionExecutor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/*
 * A thread that waits for a socket is released by an interrupt, which closes its connection; the public API has no other way to
 * end a blocked write. The interrupt must not reach the thread after it has gone on to the store or to another request. So a
 * wait ends under the lock of its watch, and the thread that ends it clears an interrupt that the watchdog has sent.
 */
/**
 * Aborts requests whose connection has moved no byte for too long, while reading the head or the body or while writing the
 * response.
 *
 * <p>Safe for use by any number of threads.
 */
final class Watchdog {

    /** A pool with few threads, which therefore must not be held for long. Safe for use by any number of threads. */
    interface ThreadPool extends Executor {

        /** Runs tasks before all that {@link #execute} was given: each completes a request that has already begun. */
        void executeCompletions(List<Runnable> tasks);

        /** Announces that the calling task will run for long, so that the pool provides a thread in place of this one. */
        void beginLongTask();

        /** Announces that a task which called {@link #beginLongTask} is done. */
        void endLongTask();
    }

    private final long timeoutNanos;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final ConcurrentMap<Thread, Watch> watches = new ConcurrentHashMap<>();

    /** @param nanoTime as {@link System#nanoTime} */
    Watchdog(Duration timeout, LongSupplier nanoTime) {
        this.timeout = timeout;
        this.timeoutNanos = timeout.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Starts a thread that aborts stalled requests at intervals, until it is stopped. */
    PeriodicTask start(Duration interval) {
        return PeriodicTask.start("watchdog", () -> {
            abortStalled();
            return interval;
        });
    }

    /**
     * Returns an executor for new requests, whose tasks are watched. A task counts as waiting for its connection from the start,
     * because it begins by reading the head of the request, until it calls {@link Watch#end}.
     */
    Executor requestExecutor(ThreadPool pool) {
        return task -> pool.execute(() -> run(task, pool, Watch::begin));
    }

    /**
     * Returns an executor for the completion of requests, whose tasks are watched. A task counts as waiting for its connection
     * only after it calls {@link Watch#begin}.
     */
    CompletionExecutor completionExecutor(ThreadPool pool) {
        return tasks -> {
            tasks.replaceAll(task -> () -> run(task, pool, watch -> {}));
            pool.executeCompletions(tasks);
        };
    }

    private void run(Runnable task, ThreadPool pool, Consumer<Watch> initialState) {
        Thread thread = Thread.currentThread();
        Watch watch = new Watch(thread, pool);
        initialState.accept(watch);
        watches.put(thread, watch);
        try {
            task.run();
        } finally {
            watches.remove(thread);
            watch.endWait();
            watch.endLongTask();
        }
    }

    /** Returns the watch of the calling thread's task. */
    Watch current() {
        Watch watch = watches.get(Thread.currentThread());
        if (watch == null) {
            throw new IllegalStateException("the HTTP server runs its handlers on threads outside the executor");
        }
        return watch;
    }

    /** Aborts the requests that have waited for their connection for the timeout or longer. */
    void abortStalled() {
        long now = nanoTime.getAsLong();
        for (Watch watch : watches.values()) {
            watch.abortIfStalled(now, timeoutNanos);
        }
    }

    /** Aborts all requests that wait for their connection now. */
    void abortAll() {
        long now = nanoTime.getAsLong();
        for (Watch watch : watches.values()) {
            watch.abortIfStalled(now, 0);
        }
    }

    /** The watch over the task of one thread. The thread uses it as an {@link IoWatch}; the watchdog aborts it. */
    final class Watch implements IoWatch {

        private final Thread thread;
        private final ThreadPool pool;
        private volatile boolean waiting;
        private volatile long waitStart;
        private boolean aborted;
        private boolean longTask;

        private Watch(Thread thread, ThreadPool pool) {
            this.thread = thread;
            this.pool = pool;
        }

        @Override
        public void stay() {
            if (!longTask) {
                longTask = true;
                pool.beginLongTask();
            }
        }

        private void endLongTask() {
            if (longTask) {
                pool.endLongTask();
            }
        }

        @Override
        public void begin() {
            waitStart = nanoTime.getAsLong();
            waiting = true;
        }

        @Override
        public void end() throws IOException {
            if (endWait()) {
                throw new InterruptedIOException("no byte was read or written for " + timeout);
            }
        }

        /** Ends the wait, after which the watchdog does not interrupt the thread; returns whether it has been aborted. */
        private boolean endWait() {
            boolean wasAborted;
            synchronized (this) {
                waiting = false;
                wasAborted = aborted;
                aborted = false;
            }
            return wasAborted && Thread.interrupted();
        }

        /** Interrupts the thread if it has waited for at least {@code minNanos}. */
        private void abortIfStalled(long now, long minNanos) {
            if (isStalled(now, minNanos)) {
                synchronized (this) {
                    if (!aborted && isStalled(now, minNanos)) {
                        aborted = true;
                        thread.interrupt();
                    }
                }
            }
        }

        private boolean isStalled(long now, long minNanos) {
            return waiting && now - waitStart >= minNanos;
        }
    }
}
