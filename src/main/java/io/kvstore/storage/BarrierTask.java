package io.kvstore.storage;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A task that the committing thread runs between two groups of commits. */
final class BarrierTask<R> extends QueuedTask {

    private final Callable<R> body;
    private @Nullable R result;

    BarrierTask(Callable<R> body) {
        this.body = body;
    }

    /** Runs the task. Must be called on the committing thread. */
    void run(Completions completions) {
        try {
            result = body.call();
            complete(completions);
        } catch (RuntimeException e) {
            fail(e, completions);
        } catch (Throwable e) { // also errors: otherwise the thread in join would wait forever
            fail(new CompletionException(e), completions);
        }
    }

    /** Waits until the task has run, and returns its result or throws its exception. */
    R join() {
        await();
        return result();
    }

    @SuppressWarnings("NullAway") // R may be a nullable type
    private R result() {
        return result;
    }
}
