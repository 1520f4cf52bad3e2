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
 * While no request blocks, a few threads do the work with the fewest context switches. But a request may wait for a
 * slow client or for the disk, and other requests must not wait for it. So the pool starts with few threads, and adds
 * one whenever the oldest queued task has waited for WAIT_NANOS. If fewer than half of the threads have finished a task
 * in that interval, the others are stuck, and the pool grows by an eighth at a time; a thousand slow clients then delay
 * other requests for about a second.
 *
 * A thread that has been started but has not reached the queue counts as available. Otherwise, on a system that starts threads
 * slowly, each interval would start another thread for the same task.
 *
 * Tasks that complete a request run before tasks that begin one: they are short, and their clients have waited longer.
 *
 * A task that runs until its client disconnects, such as a stream, calls beginLongTask, and its thread no longer
 * counts. Otherwise a few dozen streams would occupy all threads.
 *
 * The thread that became idle last is woken first, so that surplus threads stay idle and end. Only one thread is woken at a
 * time, and it wakes the next if tasks remain: under load, the threads that are awake take the tasks without a wake-up.
 */
/**
 * A pool that runs requests on platform threads, and adds threads while queued requests wait.
 *
 * <p>Safe for use by any number of threads.
 */
final class RequestExecutor implements Watchdog.ThreadPool, AutoCloseable {

    static final int THREADS_MIN = 16;
    static final int THREADS_MAX = 4_096;
    static final long WAIT_NANOS = 20_000_000;
    static final long IDLE_NANOS = 10_000_000_000L;

    private static final System.Logger LOG = System.getLogger(RequestExecutor.class.getName());

    private record QueuedTask(Runnable task, long queuedAt) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition adjusterWakeup = lock.newCondition();
    private final Queue<QueuedTask> completions = new ArrayDeque<>();
    private final Queue<QueuedTask> requests = new ArrayDeque<>();
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private final LongSupplier nanoTime;
    private final long idleNanos;
    private final ThreadFactory threads;
    private int threadCount;
    private int startingCount;
    private int longTaskCount;
    private boolean wakingWorker;
    private boolean adjusterIdle;

    /** Threads that have finished a task in the current interval between adjustments. */
    private int progressedCount;

    private long intervalNumber;
    private boolean closed;

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param idleNanos how long a surplus thread stays idle before it ends
     * @param threads creates the threads
     */
    RequestExecutor(LongSupplier nanoTime, long idleNanos, ThreadFactory threads) {
        this.nanoTime = nanoTime;
        this.idleNanos = idleNanos;
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        enqueue(List.of(task), requests);
    }

    @Override
    public void executeCompletions(List<Runnable> tasks) {
        enqueue(tasks, completions);
    }

    private void enqueue(List<Runnable> tasks, Queue<QueuedTask> queue) {
        Worker woken;
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("the server is stopped");
            }
            long now = nanoTime.getAsLong();
            for (Runnable task : tasks) {
                queue.add(new QueuedTask(task, now));
            }
            woken = provideWorker();
        } finally {
            lock.unlock();
        }
        unpark(woken);
    }

    @Override
    public void beginLongTask() {
        Worker woken;
        lock.lock();
        try {
            longTaskCount++;
            woken = provideWorker();
        } finally {
            lock.unlock();
        }
        unpark(woken);
    }

    @Override
    public void endLongTask() {
        lock.lock();
        try {
            longTaskCount--;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of threads that do not run a long task. */
    private int countedThreads() {
        return threadCount - longTaskCount;
    }

    /** Returns the number of threads. */
    int threadCount() {
        lock.lock();
        try {
            return threadCount;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of idle threads. */
    int idleCount() {
        lock.lock();
        try {
            return idle.size();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether {@link #runAdjuster} sleeps because no task is queued. */
    boolean isAdjusterIdle() {
        lock.lock();
        try {
            return adjusterIdle;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds threads if a task has been queued for too long, and ends threads that have been idle for too long. Must be
     * called every {@link #WAIT_NANOS} while tasks are queued.
     */
    void adjust() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (isOverdue(completions.peek(), now) || isOverdue(requests.peek(), now)) {
                int more = progressedCount * 2 >= countedThreads() ? 1 : Math.max(1, countedThreads() / 8);
                for (int i = Math.min(more, queuedCount() - availableCount());
                        i > 0 && threadCount < THREADS_MAX;
                        i--) {
                    startWorker();
                }
            }
            progressedCount = 0;
            intervalNumber++;
            // The thread that has been idle longest is the last.
            while (countedThreads() > THREADS_MIN && !idle.isEmpty() && now - idle.peekLast().idleSince >= idleNanos) {
                endWorker(idle.removeLast());
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isOverdue(@Nullable QueuedTask oldest, long now) {
        return oldest != null && now - oldest.queuedAt >= WAIT_NANOS;
    }

    private int queuedCount() {
        return completions.size() + requests.size();
    }

    /** Calls {@link #adjust} as often as needed, until the executor is closed. */
    void runAdjuster() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                adjusterIdle = queuedCount() == 0;
                if (!adjusterIdle) {
                    adjusterWakeup.awaitNanos(WAIT_NANOS);
                } else if (countedThreads() > THREADS_MIN) {
                    adjusterWakeup.awaitNanos(idleNanos / 8);
                } else {
                    adjusterWakeup.await();
                }
                adjusterIdle = false;
                adjust();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Rejects new tasks. Tasks that are queued still run, and then the threads end. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            adjusterWakeup.signalAll();
            while (!idle.isEmpty()) {
                endWorker(idle.removeLast());
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes sure that a thread will take the queued tasks: wakes an idle one, starts one, or wakes the adjuster. Returns the
     * worker that the caller must unpark after it has released the lock, or null.
     */
    private @Nullable Worker provideWorker() {
        if (wakingWorker || queuedCount() == 0) {
            return null;
        }
        Worker worker = idle.pollFirst();
        if (worker != null) {
            wakingWorker = true;
            worker.state = Worker.State.WOKEN;
        } else if (countedThreads() < THREADS_MIN && threadCount < THREADS_MAX) {
            startWorker();
        } else if (adjusterIdle) {
            adjusterIdle = false;
            adjusterWakeup.signal();
        }
        return worker;
    }

    /** Returns the number of threads that will take a task without further action. */
    private int availableCount() {
        return startingCount + idle.size() + (wakingWorker ? 1 : 0);
    }

    private static void unpark(@Nullable Worker worker) {
        if (worker != null) {
            LockSupport.unpark(worker.thread);
        }
    }

    private void startWorker() {
        try {
            new Worker().thread.start();
            threadCount++;
            startingCount++;
        } catch (OutOfMemoryError e) {
            // The system has reached its limit of threads. The existing ones will take the queued tasks.
            if (threadCount == 0) {
                throw e;
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "could not start another request thread; continuing with " + threadCount + " threads: "
                            + e.getMessage());
        }
    }

    private void endWorker(Worker worker) {
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
        private boolean finishedTask;

        /** The last interval in which this thread was counted in {@code progressedCount}. */
        private long progressInterval = -1;

        @Override
        public void run() {
            while (true) {
                Runnable task = nextTask();
                if (task == null) {
                    return;
                }
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
                }
                finishedTask = true;
            }
        }

        /** Returns the next task, and waits for one if none is queued; null if the thread must end. */
        private @Nullable Runnable nextTask() {
            while (true) {
                Worker woken = null;
                Runnable task = null;
                lock.lock();
                try {
                    if (!started) {
                        started = true;
                        startingCount--;
                    }
                    if (finishedTask && progressInterval != intervalNumber) {
                        progressInterval = intervalNumber;
                        progressedCount++;
                    }
                    finishedTask = false;
                    if (state == State.WOKEN) {
                        wakingWorker = false;
                        state = State.BUSY;
                    }
                    QueuedTask oldest = completions.isEmpty() ? requests.poll() : completions.poll();
                    if (oldest != null) {
                        task = oldest.task;
                        woken = provideWorker();
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
                    Thread.interrupted(); // with the flag set, park would return at once
                }
                if (state == State.ENDED) {
                    return null;
                }
            }
        }
    }
}
