package io.kvstore.client;

import java.time.Duration;
import java.util.Objects;

/**
 * How often the client tries a request that it may retry, and how long it waits between attempts; {@link
 * KeyValueClient} lists these requests. The delay doubles from {@code first} up to {@code longest}. The client waits a
 * random part of it, between half and all, so that clients do not return at the same moment. If the server asks for a
 * longer delay with {@code Retry-After}, the client waits as long as that, up to {@code longest}; if it asks for more,
 * the client does not retry.
 *
 * @param attempts maximum number of attempts, including the first; 1 for no retries
 * @param first delay after the first attempt
 * @param longest maximum delay
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {

    private static final RetryPolicy DEFAULTS = new RetryPolicy(4, Duration.ofMillis(100), Duration.ofSeconds(5));

    /**
     * @throws IllegalArgumentException if {@code attempts} is below 1, {@code first} is not positive, or {@code
     *     longest} is shorter than {@code first}
     */
    public RetryPolicy {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longest, "longest");
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1, not " + attempts);
        }
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "the first delay must be positive and the longest not shorter, not " + first + " and " + longest);
        }
    }

    /** Returns the default policy: four attempts, with delays from 100 ms to 5 s. */
    public static RetryPolicy defaults() {
        return DEFAULTS;
    }

    /** Returns a policy that sends every request once. A watch still reconnects, with the default delays. */
    public static RetryPolicy none() {
        return new RetryPolicy(1, DEFAULTS.first, DEFAULTS.longest);
    }
}
