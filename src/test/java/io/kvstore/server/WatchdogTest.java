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

/** The watchdog over a clock that the test moves; the watched task runs on the test's own thread. */
class WatchdogTest {

    private static final long LIMIT = Duration.ofSeconds(30).toNanos();

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
    private final Watchdog watchdog = new Watchdog(Duration.ofSeconds(30), clock::get);

    /** What a watched task does. */
    @FunctionalInterface
    private interface Task {
        void run(Watchdog.Watch watch) throws IOException;
    }

    /** Runs a task at once, and counts those that were to take long. */
    private static final class SameThread implements Watchdog.Threads {
        private int lent;
        private int givenBack;

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void lend() {
            lent++;
        }

        @Override
        public void resume(List<Runnable> tasks) {
            tasks.forEach(Runnable::run);
        }

        @Override
        public void giveBack() {
            givenBack++;
        }
    }

    private final SameThread threads = new SameThread();

    private void run(Task task) {
        watchdog.watching(threads).execute(() -> {
            try {
                task.run(watchdog.current());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void passes(long nanos) {
        clock.addAndGet(nanos);
        watchdog.look();
    }

    private static boolean interrupted() {
        return Thread.currentThread().isInterrupted();
    }

    @AfterEach
    void nothingIsLeftBehind() {
        passes(2 * LIMIT);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void wait_isCutOffAtTheLimitAndNotBefore() {
        run(watch -> {
            watch.begin();
            passes(LIMIT - 1);
            assertThat(interrupted()).isFalse();
            passes(1);
            assertThat(interrupted()).isTrue();
            assertThatThrownBy(watch::end)
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessageContaining("PT30S");
            assertThat(interrupted()).isFalse();
        });
    }

    @Test
    void wait_beginsAnewWithEveryByte() {
        run(watch -> {
            watch.begin();
            for (int i = 0; i < 10; i++) {
                passes(LIMIT - 1);
                watch.begin();
            }
            passes(LIMIT - 1);
            assertThat(interrupted()).isFalse();
            watch.end();
        });
    }

    @Test
    void head_isAWaitFromTheFirst() {
        run(watch -> {
            passes(LIMIT);
            assertThat(interrupted()).isTrue();
            assertThatThrownBy(watch::end).isInstanceOf(InterruptedIOException.class);
        });
    }

    @Test
    void store_isNeverInterrupted() {
        run(watch -> {
            watch.begin();
            passes(LIMIT - 1);
            watch.end();
            passes(100 * LIMIT);
            assertThat(interrupted()).isFalse();
            watchdog.cutOffAll();
            assertThat(interrupted()).isFalse();
        });
    }

    @Test
    void task_thatEndsIsInterruptedNoMore() {
        run(watch -> {
            watch.begin();
            passes(LIMIT);
            assertThat(interrupted()).isTrue();
        });
        assertThat(interrupted()).isFalse();
        passes(LIMIT);
        assertThat(interrupted()).isFalse();
    }

    @Test
    void task_thatFailsIsForgottenToo() {
        assertThatThrownBy(() -> run(watch -> {
                    watch.begin();
                    throw new IllegalStateException("as planned");
                }))
                .hasMessage("as planned");
        passes(LIMIT);
        assertThat(interrupted()).isFalse();
        assertThatThrownBy(watchdog::current).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void interrupt_byOthersIsNotTaken() {
        run(watch -> {
            watch.begin();
            Thread.currentThread().interrupt();
            assertThatCode(watch::end).doesNotThrowAnyException();
            assertThat(Thread.interrupted()).isTrue();
        });
    }

    @Test
    void cutOffAll_cutsOffWhoWaits() {
        run(watch -> {
            watch.begin();
            watchdog.cutOffAll();
            assertThat(interrupted()).isTrue();
            assertThatThrownBy(watch::end).isInstanceOf(InterruptedIOException.class);
        });
    }

    @Test
    void stay_lendsTheThreadUntilTheTaskEnds() {
        run(watch -> {
            watch.stay();
            watch.stay();
            assertThat(threads.lent).isEqualTo(1);
            assertThat(threads.givenBack).isZero();
        });
        assertThat(threads.givenBack).isEqualTo(1);
        run(watch -> watch.end());
        assertThat(threads.lent).isEqualTo(1);
        assertThat(threads.givenBack).isEqualTo(1);
    }
}
