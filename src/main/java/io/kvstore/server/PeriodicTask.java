package io.kvstore.server;

import io.kvstore.concurrent.Uninterruptibly;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A daemon thread that runs a task again and again, with a pause after each run, until it is stopped. */
final class PeriodicTask implements AutoCloseable {

    private final Supplier<Duration> task;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    private PeriodicTask(String threadName, Supplier<Duration> task) {
        this.task = task;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
    }

    /**
     * Starts the thread, which runs the task at once.
     *
     * @param task returns the pause until its next run; an exception ends the thread
     */
    static PeriodicTask start(String threadName, Supplier<Duration> task) {
        PeriodicTask started = new PeriodicTask(threadName, task);
        started.thread.start();
        return started;
    }

    private void run() {
        try {
            Duration pause = Duration.ZERO;
            while (!stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                pause = task.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the thread end after the present run, without waiting for it. */
    void stop() {
        stopped.countDown();
    }

    /** Stops the thread and waits until it has ended. */
    @Override
    public void close() {
        stop();
        Uninterruptibly.join(thread);
    }
}
