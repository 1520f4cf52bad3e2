package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.CompletionExecutor;
import io.kvstore.store.PendingCommit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsyncCompletionTest {

    private final List<Runnable> tasks = new ArrayList<>();

    /** A commit that stays pending, and runs a task at once. */
    private static final class Pending implements PendingCommit<String> {
        @Override
        public String join() {
            throw new AssertionError("must not wait for the commit");
        }

        @Override
        public boolean onComplete(CompletionExecutor executor, Runnable task) {
            executor.executeAll(List.of(task));
            return true;
        }
    }

    @Test
    void onComplete_isSynchronousIfDisabled() {
        assertThat(AsyncCompletion.DISABLED.onComplete(new Pending(), () -> {})).isFalse();
    }

    /** The JDK's server leaks a connection if its response fails on another thread. */
    @Test
    void onComplete_isSynchronousAfterTooManyFailures() {
        AsyncCompletion completion = AsyncCompletion.on(tasks::addAll, () -> {
            throw new AssertionError("must not ask for a watch");
        });
        for (int failures = 0; failures < AsyncCompletion.FAILURES_MAX; failures++) {
            assertThat(completion.onComplete(new Pending(), () -> {})).isTrue();
            completion.failed();
        }
        assertThat(tasks).hasSize(AsyncCompletion.FAILURES_MAX);
        assertThat(completion.onComplete(new Pending(), () -> {})).isFalse();
        assertThat(tasks).hasSize(AsyncCompletion.FAILURES_MAX);
    }
}
