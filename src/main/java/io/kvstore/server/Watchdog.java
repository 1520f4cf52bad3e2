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
 * A thread that waits for a socket is freed by interrupting it, which closes its connection; nothing else in the public
 * API ends a blocked write. The interrupt must not reach the thread when it has gone on to the store, or to another
 * request: so a wait is ended under the watch's own lock, and whoever ends it takes an interrupt that was sent with it.
 */
/**
 * Cuts off requests whose connection has moved no byte for too long, be it in the head, the body or the answer.
 *
 * <p>Safe for use by any number of threads.
 */
final class Watchdog {

    /** Threads that are too few to be kept for long. Safe for use by any number of threads. */
    interface Threads extends Executor {

        /** Has tasks run before all that {@link #execute} was given: each ends something that was begun. */
        void resume(List<Runnable> tasks);

        /** The calling task will take long: somebody else is to do what its thread would have done. */
        void lend();

        /** A task that took long is done. */
        void giveBack();
    }

    private final long limitNanos;
    private final Duration limit;
    private final LongSupplier nanoTime;
    private final ConcurrentMap<Thread, Watch> watches = new ConcurrentHashMap<>();

    /** @param nanoTime as {@link System#nanoTime} */
    Watchdog(Duration limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.limitNanos = limit.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * An executor whose tasks are watched. A task waits for its connection from the first, since it begins with reading
     * the head of a request, until {@link #current} is told otherwise.
     */
    Executor watching(Threads threads) {
        return task -> threads.execute(() -> run(task, threads, Watch::begin));
    }

    /** What resumes requests; they do not wait for their connections until {@link #current} is told so. */
    CompletionExecutor resuming(Threads threads) {
        return tasks -> {
            tasks.replaceAll(task -> () -> run(task, threads, watch -> {}));
            threads.resume(tasks);
        };
    }

    private void run(Runnable task, Threads threads, Consumer<Watch> first) {
        Thread thread = Thread.currentThread();
        Watch watch = new Watch(thread, threads);
        first.accept(watch);
        watches.put(thread, watch);
        try {
            task.run();
        } finally {
            watches.remove(thread);
            watch.finish();
            watch.leave();
        }
    }

    /** The watch of the calling thread's task. */
    Watch current() {
        Watch watch = watches.get(Thread.currentThread());
        if (watch == null) {
            throw new IllegalStateException("the server runs its handlers on threads that are not the executor's");
        }
        return watch;
    }

    /** Cuts off what has waited too long by now. */
    void look() {
        long now = nanoTime.getAsLong();
        for (Watch watch : watches.values()) {
            watch.cutOff(now, limitNanos);
        }
    }

    /** Cuts off everything that waits for its connection now. */
    void cutOffAll() {
        long now = nanoTime.getAsLong();
        for (Watch watch : watches.values()) {
            watch.cutOff(now, 0);
        }
    }

    /** What the watchdog knows of one thread. */
    final class Watch implements IoWatch {

        private final Thread thread;
        private volatile boolean waiting;
        private volatile long since;
        private final Threads threads;
        private boolean cutOff;
        private boolean stays;

        private Watch(Thread thread, Threads threads) {
            this.thread = thread;
            this.threads = threads;
        }

        @Override
        public void stay() {
            if (!stays) {
                stays = true;
                threads.lend();
            }
        }

        private void leave() {
            if (stays) {
                threads.giveBack();
            }
        }

        @Override
        public void begin() {
            since = nanoTime.getAsLong();
            waiting = true;
        }

        @Override
        public void end() throws IOException {
            if (finish()) {
                throw new InterruptedIOException("no byte moved for " + limit);
            }
        }

        /** As {@link #end}, and says whether it was cut off, after which the thread is not interrupted any more. */
        private boolean finish() {
            boolean wasCutOff;
            synchronized (this) {
                waiting = false;
                wasCutOff = cutOff;
                cutOff = false;
            }
            return wasCutOff && Thread.interrupted();
        }

        /** Interrupts the thread if it waits, and has done so for at least so long. */
        private void cutOff(long now, long atLeastNanos) {
            if (stalled(now, atLeastNanos)) {
                synchronized (this) {
                    if (!cutOff && stalled(now, atLeastNanos)) {
                        cutOff = true;
                        thread.interrupt();
                    }
                }
            }
        }

        private boolean stalled(long now, long atLeastNanos) {
            return waiting && now - since >= atLeastNanos;
        }
    }
}
