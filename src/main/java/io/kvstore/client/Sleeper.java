package io.kvstore.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits between two attempts. A test replaces it to take no time. */
@FunctionalInterface
interface Sleeper {

    /** Waits by the system clock. */
    Sleeper SYSTEM = (time, wakeUp) -> {
        try {
            wakeUp.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // the whole time has passed
        } catch (ExecutionException e) {
            throw new AssertionError("this future never completes exceptionally", e);
        }
    };

    /** Waits for {@code time}, or until {@code wakeUp} completes if that is earlier. */
    void sleep(Duration time, CompletableFuture<Void> wakeUp) throws InterruptedException;
}
