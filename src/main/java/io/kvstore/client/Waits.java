package io.kvstore.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How time passes between two attempts. */
@FunctionalInterface
interface Waits {

    /** By the clock. */
    Waits REAL = (wait, ended) -> {
        try {
            ended.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // the time is over
        } catch (ExecutionException e) {
            throw new AssertionError("it completes without a result", e);
        }
    };

    /** Waits for so long, or until something has ended. */
    void await(Duration wait, CompletableFuture<Void> ended) throws InterruptedException;
}
