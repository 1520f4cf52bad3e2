package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.CompletionExecutor;
import io.kvstore.store.PendingCommit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsyncCompletionTest {

    private final List<Runnable> tasks = new ArrayList<>();

    /** A commit that is not over before somebody says so. */
    private static final class Pending implements PendingCommit<String> {
        @Override
        public String join() {
            throw new AssertionError("it would wait");
        }

        @Override
        public boolean onComplete(CompletionExecutor resumer, Runnable task) {
            resumer.executeAll(List.of(task));
            return true;
        }
    }

    @Test
    void none_defersNothing() {
        assertThat(AsyncCompletion.DISABLED.onComplete(new Pending(), () -> {})).isFalse();
    }

    /** The JDK's server does not forget connections whose answers failed on another thread. */
    @Test
    void answers_areNotDeferredAnyMoreAfterTooManyFailures() {
        AsyncCompletion completion = AsyncCompletion.on(tasks::addAll, () -> {
            throw new AssertionError("nobody asks");
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
