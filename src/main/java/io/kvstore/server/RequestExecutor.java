package io.kvstore.server;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Few threads do the work with the least switching, as long as none of them waits; but a request may wait, for a slow
 * client or for the disk, and then others must not. So there are few threads at first, and one more whenever the oldest
 * request that has no thread has waited for a while. Where fewer than half of them have come to the end of a request meanwhile,
 * the rest are stuck, and the number grows by an eighth at a time, so that a thousand slow clients hold up the others for about
 * a second.
 * A thread that is on its way to the queue counts as one of those to come: where the system is slow to start them, the same
 * request would have a thread started for it every time.
 *
 * A task that resumes a request comes before those that begin one: it is short, and its client has waited longer.
 *
 * A task that takes as long as its client likes, as a stream does, says so, and its thread is no longer one of the few: else
 * some dozens of them would leave the requests without any.
 *
 * The thread that was idle last is woken first, so that the surplus stays idle and ends; and only one is being woken at a
 * time, which wakes the next if there is more to do: under load the threads that are awake find the work by themselves.
 */
/**
 * Runs requests on threads of the system, as many as it takes and no more.
 *
 * <p>Safe for use by any number of threads.
 */
final class RequestExecutor implements Watchdog.Threads, AutoCloseable {

    static final int THREADS_MIN = 16;
    static final int THREADS_MAX = 4_096;
    static final long WAIT_NANOS = 20_000_000;
    static final long IDLE_NANOS = 10_000_000_000L;

    private static final System.Logger LOG = System.getLogger(RequestExecutor.class.getName());

    private record Waiting(Runnable task, long since) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Queue<Waiting> resuming = new ArrayDeque<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private final LongSupplier nanoTime;
    private final long idleNanos;
    private final ThreadFactory threads;
    private int threadCount;
    private int startingCount;
    private int lentCount;
    private boolean waking;
    private boolean resting;
    private int movedCount;
    private long interval;
    private boolean closed;

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param idleNanos how long a thread that is not needed stays
     * @param threads makes the threads
     */
    RequestExecutor(LongSupplier nanoTime, long idleNanos, ThreadFactory threads) {
        this.nanoTime = nanoTime;
        this.idleNanos = idleNanos;
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        add(List.of(task), waiting);
    }

    @Override
    public void resume(List<Runnable> tasks) {
        add(tasks, resuming);
    }

    private void add(List<Runnable> tasks, Queue<Waiting> queue) {
        Worker woken;
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("the server is stopped");
            }
            long now = nanoTime.getAsLong();
            for (Runnable task : tasks) {
                queue.add(new Waiting(task, now));
            }
            woken = recruit();
        } finally {
            lock.unlock();
        }
        unpark(woken);
    }

    @Override
    public void lend() {
        Worker woken;
        lock.lock();
        try {
            lentCount++;
            woken = recruit();
        } finally {
            lock.unlock();
        }
        unpark(woken);
    }

    @Override
    public void giveBack() {
        lock.lock();
        try {
            lentCount--;
        } finally {
            lock.unlock();
        }
    }

    private int ownCount() {
        return threadCount - lentCount;
    }

    /** How many threads there are. */
    int threadCount() {
        lock.lock();
        try {
            return threadCount;
        } finally {
            lock.unlock();
        }
    }

    /** How many of them have nothing to do. */
    int idleCount() {
        lock.lock();
        try {
            return idle.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #keepAdjusting} waits for a request that has no thread. */
    boolean isResting() {
        lock.lock();
        try {
            return resting;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds threads where requests have waited too long, and ends those that have been idle too long. To be called every
     * {@link #WAIT_NANOS} while there is anything to do.
     */
    void adjust() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (hasWaited(resuming.peek(), now) || hasWaited(waiting.peek(), now)) {
                int more = movedCount * 2 >= ownCount() ? 1 : Math.max(1, ownCount() / 8);
                for (int i = Math.min(more, taskCount() - comingCount()); i > 0 && threadCount < THREADS_MAX; i--) {
                    startOne();
                }
            }
            movedCount = 0;
            interval++;
            // The one that has been idle longest is at the end.
            while (ownCount() > THREADS_MIN && !idle.isEmpty() && now - idle.peekLast().idleSince >= idleNanos) {
                end(idle.removeLast());
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean hasWaited(@Nullable Waiting oldest, long now) {
        return oldest != null && now - oldest.since >= WAIT_NANOS;
    }

    /** How many tasks have no thread. */
    private int taskCount() {
        return resuming.size() + waiting.size();
    }

    /** Calls {@link #adjust} as often as it takes, until the executor is closed. */
    void keepAdjusting() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                resting = taskCount() == 0;
                if (!resting) {
                    work.awaitNanos(WAIT_NANOS);
                } else if (ownCount() > THREADS_MIN) {
                    work.awaitNanos(idleNanos / 8);
                } else {
                    work.await();
                }
                resting = false;
                adjust();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more tasks; what was taken is still run, and then the threads end. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
            while (!idle.isEmpty()) {
                end(idle.removeLast());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sees to it that somebody comes for what is waiting; returns whom to unpark. */
    private @Nullable Worker recruit() {
        if (waking || taskCount() == 0) {
            return null;
        }
        Worker worker = idle.pollFirst();
        if (worker != null) {
            waking = true;
            worker.state = Worker.State.WOKEN;
        } else if (ownCount() < THREADS_MIN && threadCount < THREADS_MAX) {
            startOne();
        } else if (resting) {
            resting = false;
            work.signal();
        }
        return worker;
    }

    /** How many threads will look for a task without anybody's doing more. */
    private int comingCount() {
        return startingCount + idle.size() + (waking ? 1 : 0);
    }

    private static void unpark(@Nullable Worker worker) {
        if (worker != null) {
            LockSupport.unpark(worker.thread);
        }
    }

    private void startOne() {
        try {
            new Worker().thread.start();
            threadCount++;
            startingCount++;
        } catch (OutOfMemoryError e) {
            // The system has no more threads to give: what waits is for those that there are.
            if (threadCount == 0) {
                throw e;
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "no more than " + threadCount + " threads for requests: " + e.getMessage());
        }
    }

    private void end(Worker worker) {
        threadCount--;
        worker.state = Worker.State.ENDED;
        LockSupport.unpark(worker.thread);
    }

    private final class Worker implements Runnable {

        private enum State {
            BUSY,
            IDLE,
            WOKEN,
            ENDED
        }

        private final Thread thread = threads.newThread(this);
        private volatile State state = State.BUSY;
        private long idleSince;
        private boolean started;
        private boolean worked;
        private long lastMoved = -1;

        @Override
        public void run() {
            while (true) {
                Runnable task = next();
                if (task == null) {
                    return;
                }
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
                }
                worked = true;
            }
        }

        /** The next task, waited for if need be; null when the thread is to end. */
        private @Nullable Runnable next() {
            while (true) {
                Worker woken = null;
                Runnable task = null;
                lock.lock();
                try {
                    if (!started) {
                        started = true;
                        startingCount--;
                    }
                    if (worked && lastMoved != interval) {
                        lastMoved = interval;
                        movedCount++;
                    }
                    worked = false;
                    if (state == State.WOKEN) {
                        waking = false;
                        state = State.BUSY;
                    }
                    Waiting oldest = resuming.isEmpty() ? waiting.poll() : resuming.poll();
                    if (oldest != null) {
                        task = oldest.task;
                        woken = recruit();
                    } else if (closed) {
                        threadCount--;
                        return null;
                    } else {
                        state = State.IDLE;
                        idleSince = nanoTime.getAsLong();
                        idle.addFirst(this);
                    }
                } finally {
                    lock.unlock();
                }
                unpark(woken);
                if (task != null) {
                    return task;
                }
                while (state == State.IDLE) {
                    LockSupport.park(RequestExecutor.this);
                    Thread.interrupted(); // or parking would return at once for ever
                }
                if (state == State.ENDED) {
                    return null;
                }
            }
        }
    }
}
