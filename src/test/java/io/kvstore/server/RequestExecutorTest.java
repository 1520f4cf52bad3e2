package io.kvstore.server;

import static io.kvstore.server.RequestExecutor.IDLE_NANOS;
import static io.kvstore.server.RequestExecutor.THREADS_MAX;
import static io.kvstore.server.RequestExecutor.THREADS_MIN;
import static io.kvstore.server.RequestExecutor.WAIT_NANOS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests when the pool starts and ends threads, with a clock that the test controls. */
@Timeout(60)
class RequestExecutorTest {

    private final AtomicLong clock = new AtomicLong(-1_000_000);
    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore release = new Semaphore(0, true);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private RequestExecutor executor = new RequestExecutor(clock::get, IDLE_NANOS, this::thread);

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    /** Returns an executor that counts its threads but never runs them. */
    private RequestExecutor withoutThreads() {
        ThreadFactory counting = task -> new Thread(task) {
            @Override
            public synchronized void start() {
                // counted by the executor
            }
        };
        return new RequestExecutor(clock::get, IDLE_NANOS, counting);
    }

    private void block(int tasks) {
        for (int i = 0; i < tasks; i++) {
            executor.execute(() -> {
                running.incrementAndGet();
                release.acquireUninterruptibly();
                running.decrementAndGet();
                done.incrementAndGet();
            });
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(100_000); // leaves the processor to the threads under test
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        release.release(100_000);
        executor.close();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(executor.threadCount()).isZero();
    }

    @Test
    void execute_startsNoMoreThanTheMinimum() {
        block(100);
        await(() -> running.get() == THREADS_MIN);
        clock.addAndGet(WAIT_NANOS - 1);
        executor.adjust();
        assertThat(executor.threadCount()).isEqualTo(THREADS_MIN);
    }

    @Test
    void execute_usesIdleThreadsFirst() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            executor.execute(ran::countDown);
            ran.await();
            await(() -> executor.idleCount() == executor.threadCount());
        }
        assertThat(executor.threadCount()).isEqualTo(1);
    }

    @Test
    void beginLongTask_allowsAnotherThread() {
        for (int i = 0; i < 100; i++) {
            executor.execute(() -> {
                executor.beginLongTask();
                running.incrementAndGet();
                release.acquireUninterruptibly();
                done.incrementAndGet();
                executor.endLongTask();
            });
        }
        await(() -> running.get() == 100);
        running.set(0);
        block(100);
        await(() -> running.get() == THREADS_MIN);
        assertThat(executor.threadCount()).isEqualTo(100 + THREADS_MIN);
        release.release(200);
        await(() -> done.get() == 200);
        block(100);
        await(() -> running.get() == 100);
        release.release(100);
        await(() -> done.get() == 300 && executor.idleCount() == executor.threadCount());
        clock.addAndGet(IDLE_NANOS);
        executor.adjust();
        assertThat(executor.threadCount()).isEqualTo(THREADS_MIN);
    }

    /** @param progressing the number of threads that finish a task and take another */
    @ParameterizedTest
    @CsvSource({"8, 1", "15, 1", "7, 2", "1, 2"})
    void adjust_addsOneThreadIfHalfProgressElseAnEighth(int progressing, int added) {
        block(100);
        await(() -> running.get() == THREADS_MIN);
        release.release(progressing);
        await(() -> done.get() == progressing && running.get() == THREADS_MIN);
        clock.addAndGet(WAIT_NANOS);
        executor.adjust();
        assertThat(executor.threadCount()).isEqualTo(THREADS_MIN + added);
        await(() -> running.get() == THREADS_MIN + added);
    }

    @Test
    void adjust_countsProgressPerInterval() {
        block(100);
        await(() -> running.get() == THREADS_MIN);
        release.release(THREADS_MIN);
        await(() -> done.get() == THREADS_MIN && running.get() == THREADS_MIN);
        clock.addAndGet(WAIT_NANOS);
        executor.adjust();
        clock.addAndGet(WAIT_NANOS);
        executor.adjust();
        assertThat(executor.threadCount()).isEqualTo(THREADS_MIN + 1 + (THREADS_MIN + 1) / 8);
    }

    @Test
    void adjust_addsAnEighthIfNoThreadProgresses() {
        block(100);
        await(() -> running.get() == THREADS_MIN);
        clock.addAndGet(WAIT_NANOS);
        executor.adjust();
        assertThat(executor.threadCount()).isEqualTo(THREADS_MIN + THREADS_MIN / 8);
    }

    @Test
    void adjust_addsAnEighthAgainAfterNewThreadsStarted() {
        block(100);
        await(() -> running.get() == THREADS_MIN);
        for (int threads : new int[] {18, 20, 22, 24, 27, 30, 33}) {
            clock.addAndGet(WAIT_NANOS);
            executor.adjust();
            assertThat(executor.threadCount()).isEqualTo(threads);
            await(() -> running.get() == threads);
        }
    }

    @Test
    void adjust_continuesIfNoThreadCanBeStarted() {
        RequestExecutor limited = new RequestExecutor(clock::get, IDLE_NANOS, task -> {
            if (threads.size() == 5) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return thread(task);
        });
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 100; i++) {
            int number = i;
            limited.execute(() -> done.add(number));
        }
        clock.addAndGet(WAIT_NANOS);
        limited.adjust();
        await(() -> done.size() == 100);
        assertThat(limited.threadCount()).isLessThanOrEqualTo(5);
        limited.close();
    }

    @Test
    void adjust_addsNoThreadForATaskThatHasNotWaited() {
        block(THREADS_MIN);
        await(() -> running.get() == THREADS_MIN);
        clock.addAndGet(100 * WAIT_NANOS);
        block(1);
        clock.addAndGet(WAIT_NANOS - 1);
        executor.adjust();
        assertThat(executor.threadCount()).isEqualTo(THREADS_MIN);
        clock.addAndGet(1);
        executor.adjust();
        assertThat(executor.threadCount()).isEqualTo(THREADS_MIN + 1);
    }

    @Test
    void adjust_startsNoMoreThreadsThanTasksIfThreadsStartSlowly() {
        RequestExecutor slow = withoutThreads();
        for (int i = 0; i < 100; i++) {
            slow.execute(() -> {});
        }
        for (int i = 0; i < 200; i++) {
            clock.addAndGet(WAIT_NANOS);
            slow.adjust();
        }
        assertThat(slow.threadCount()).isEqualTo(100);
    }

    @Test
    void adjust_neverExceedsTheMaximum() {
        RequestExecutor counting = withoutThreads();
        for (int i = 0; i < 10_000; i++) {
            counting.execute(() -> {});
        }
        assertThat(counting.threadCount()).isEqualTo(THREADS_MIN);
        int steps = 0;
        for (; counting.threadCount() < THREADS_MAX && steps < 1_000; steps++) {
            clock.addAndGet(WAIT_NANOS);
            counting.adjust();
        }
        assertThat(steps)
                .as("growing from the minimum to the maximum takes about a second")
                .isLessThan(60);
        counting.adjust();
        assertThat(counting.threadCount()).isEqualTo(THREADS_MAX);
    }

    @Test
    void adjust_endsThreadsThatWereIdleTooLong() {
        block(40);
        while (running.get() < 40) {
            await(() -> running.get() == Math.min(40, executor.threadCount()));
            clock.addAndGet(WAIT_NANOS);
            executor.adjust();
        }
        release.release(40);
        await(() -> executor.idleCount() == 40);
        clock.addAndGet(IDLE_NANOS - 1);
        executor.adjust();
        assertThat(executor.threadCount()).isEqualTo(40);
        clock.addAndGet(1);
        executor.adjust();
        assertThat(executor.threadCount()).isEqualTo(THREADS_MIN);
        await(() -> threads.stream().filter(Thread::isAlive).count() == THREADS_MIN);
        block(1);
        await(() -> running.get() == 1);
    }

    @Test
    void execute_runsInTheOrderOfArrival() {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        block(THREADS_MIN);
        await(() -> running.get() == THREADS_MIN);
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            executor.execute(() -> order.add(number));
        }
        release.release(1); // one thread takes them all
        await(() -> order.size() == 1_000);
        assertThat(order).isSorted();
    }

    @Test
    void completions_runBeforeNewRequests() {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        block(THREADS_MIN);
        await(() -> running.get() == THREADS_MIN);
        executor.execute(() -> order.add("request"));
        executor.executeCompletions(List.of(() -> order.add("completion"), () -> order.add("next completion")));
        release.release(1); // one thread takes them all
        await(() -> order.size() == 3);
        assertThat(order).containsExactly("completion", "next completion", "request");
    }

    @Test
    void adjust_addsAThreadForARequestThatWaitsBehindCompletions() {
        RequestExecutor counting = withoutThreads();
        for (int i = 0; i < THREADS_MIN + 1; i++) {
            counting.execute(() -> {});
        }
        clock.addAndGet(WAIT_NANOS);
        counting.executeCompletions(List.of(() -> {}));
        counting.adjust();
        assertThat(counting.threadCount()).isGreaterThan(THREADS_MIN);
    }

    @Test
    void adjust_addsAThreadForACompletionThatHasWaited() {
        block(THREADS_MIN);
        await(() -> running.get() == THREADS_MIN);
        executor.executeCompletions(List.of(() -> {}));
        clock.addAndGet(WAIT_NANOS - 1);
        executor.adjust();
        assertThat(executor.threadCount()).isEqualTo(THREADS_MIN);
        clock.addAndGet(1);
        executor.adjust();
        assertThat(executor.threadCount()).isGreaterThan(THREADS_MIN);
    }

    @Test
    void worker_survivesAFailedTask() throws InterruptedException {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        executor.execute(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
            throw new IllegalStateException("as planned");
        });
        await(() -> executor.idleCount() == 1);
        CountDownLatch ran = new CountDownLatch(1);
        executor.execute(ran::countDown);
        ran.await();
        assertThat(failures).hasSize(1);
        assertThat(threads).hasSize(1);
    }

    @Test
    void worker_clearsALateInterrupt() throws InterruptedException {
        executor.execute(() -> Thread.currentThread().interrupt());
        await(() -> executor.idleCount() == 1);
        await(() -> !threads.get(0).isInterrupted());
        CountDownLatch ran = new CountDownLatch(1);
        executor.execute(ran::countDown);
        ran.await();
    }

    @Test
    void close_runsQueuedTasksAndRejectsNewOnes() {
        block(50);
        await(() -> running.get() == THREADS_MIN);
        executor.close();
        assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        release.release(50);
        await(() -> done.get() == 50);
    }

    @Test
    void adjuster_addsThreadsByItself() throws InterruptedException {
        executor = new RequestExecutor(System::nanoTime, IDLE_NANOS, this::thread);
        Thread adjuster = startAdjuster();
        block(100);
        await(() -> running.get() == 100);
        release.release(100);
        await(() -> done.get() == 100);
        executor.close();
        adjuster.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(adjuster.isAlive()).isFalse();
    }

    @Test
    void adjuster_isWokenByATaskWithoutAThread() throws InterruptedException {
        executor = new RequestExecutor(System::nanoTime, TimeUnit.DAYS.toNanos(1), this::thread);
        Thread adjuster = startAdjuster();
        block(100);
        await(() -> running.get() == 100);
        await(executor::isAdjusterIdle);
        block(1);
        await(() -> running.get() == 101);
        executor.close();
        adjuster.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(adjuster.isAlive()).isFalse();
    }

    private Thread startAdjuster() {
        Thread adjuster = new Thread(() -> {
            try {
                executor.runAdjuster();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        adjuster.start();
        return adjuster;
    }
}
