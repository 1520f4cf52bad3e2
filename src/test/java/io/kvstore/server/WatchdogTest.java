package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The watchdog with a clock that the test sets. The watched task runs on the test's thread. */
class WatchdogTest {

    private static final long TIMEOUT = Duration.ofSeconds(30).toNanos();

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(30), clock::get);

    /** The body of a watched task. */
    @FunctionalInterface
    private interface Task {
        void run(Watchdog.Watch watch) throws IOException;
    }

    /** Runs tasks on the calling thread, and counts long ones. */
    private static final class SameThread implements Watchdog.ThreadPool {
        private int longTasksBegun;
        private int longTasksEnded;

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void beginLongTask() {
            longTasksBegun++;
        }

        @Override
        public void executeCompletions(List<Runnable> tasks) {
            tasks.forEach(Runnable::run);
        }

        @Override
        public void endLongTask() {
            longTasksEnded++;
        }
    }

    private final SameThread pool = new SameThread();

    private void run(Task task) {
        watchdog.requestExecutor(pool).execute(() -> {
            try {
                task.run(watchdog.current());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void advance(long nanos) {
        clock.addAndGet(nanos);
        watchdog.abortStalled();
    }

    private static boolean interrupted() {
        return Thread.currentThread().isInterrupted();
    }

    @AfterEach
    void noInterruptIsLeft() {
        advance(2 * TIMEOUT);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void wait_isAbortedAtTheTimeoutAndNotBefore() {
        run(watch -> {
            watch.begin();
            advance(TIMEOUT - 1);
            assertThat(interrupted()).isFalse();
            advance(1);
            assertThat(interrupted()).isTrue();
            assertThatThrownBy(watch::end)
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessageContaining("PT30S");
            assertThat(interrupted()).isFalse();
        });
    }

    @Test
    void wait_restartsWithEveryByte() {
        run(watch -> {
            watch.begin();
            for (int i = 0; i < 10; i++) {
                advance(TIMEOUT - 1);
                watch.begin();
            }
            advance(TIMEOUT - 1);
            assertThat(interrupted()).isFalse();
            watch.end();
        });
    }

    @Test
    void readingTheHead_isAWaitFromTheStart() {
        run(watch -> {
            advance(TIMEOUT);
            assertThat(interrupted()).isTrue();
            assertThatThrownBy(watch::end).isInstanceOf(InterruptedIOException.class);
        });
    }

    @Test
    void task_isNotInterruptedBetweenWaits() {
        run(watch -> {
            watch.begin();
            advance(TIMEOUT - 1);
            watch.end();
            advance(100 * TIMEOUT);
            assertThat(interrupted()).isFalse();
            watchdog.abortAll();
            assertThat(interrupted()).isFalse();
        });
    }

    @Test
    void task_isNotInterruptedAfterItEnded() {
        run(watch -> {
            watch.begin();
            advance(TIMEOUT);
            assertThat(interrupted()).isTrue();
        });
        assertThat(interrupted()).isFalse();
        advance(TIMEOUT);
        assertThat(interrupted()).isFalse();
    }

    @Test
    void failedTask_isNoLongerWatched() {
        assertThatThrownBy(() -> run(watch -> {
                    watch.begin();
                    throw new IllegalStateException("as planned");
                }))
                .hasMessage("as planned");
        advance(TIMEOUT);
        assertThat(interrupted()).isFalse();
        assertThatThrownBy(watchdog::current).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void interrupt_byAnotherThreadIsKept() {
        run(watch -> {
            watch.begin();
            Thread.currentThread().interrupt();
            assertThatCode(watch::end).doesNotThrowAnyException();
            assertThat(Thread.interrupted()).isTrue();
        });
    }

    @Test
    void abortAll_abortsAWaitingTask() {
        run(watch -> {
            watch.begin();
            watchdog.abortAll();
            assertThat(interrupted()).isTrue();
            assertThatThrownBy(watch::end).isInstanceOf(InterruptedIOException.class);
        });
    }

    @Test
    void stay_countsAsALongTaskUntilTheTaskEnds() {
        run(watch -> {
            watch.stay();
            watch.stay();
            assertThat(pool.longTasksBegun).isEqualTo(1);
            assertThat(pool.longTasksEnded).isZero();
        });
        assertThat(pool.longTasksEnded).isEqualTo(1);
        run(watch -> watch.end());
        assertThat(pool.longTasksBegun).isEqualTo(1);
        assertThat(pool.longTasksEnded).isEqualTo(1);
    }
}
