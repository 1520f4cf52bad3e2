package io.kvstore.client;

import java.time.Duration;
import java.util.Objects;

/**
 * How often a request is tried that may be repeated, and how long is waited in between: {@link KeyValueClient} says which
 * may be. The wait doubles from {@code first} up to {@code longest}, and of that a random part between half and all is
 * waited, so that clients do not come back at the same moment. A server that asks for more by {@code Retry-After} is waited
 * for, up to {@code longest}; one that asks for longer is not asked again.
 *
 * @param attempts the most tries, the first among them; 1 for none but that
 * @param first the wait after the first try
 * @param longest the longest wait
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {

    private static final RetryPolicy USUAL = new RetryPolicy(4, Duration.ofMillis(100), Duration.ofSeconds(5));

    /** @throws IllegalArgumentException when there is no attempt, or the waits are not positive and in order */
    public RetryPolicy {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longest, "longest");
        if (attempts < 1) {
            throw new IllegalArgumentException("a request is tried at least once, not " + attempts + " times");
        }
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "the first wait is longer than nothing, and the longest not shorter: not " + first + " and "
                            + longest);
        }
    }

    /** Four tries, with waits from 100 ms to 5 s. */
    public static RetryPolicy usual() {
        return USUAL;
    }

    /** Every request is sent once. A watch reconnects nevertheless, with the usual waits. */
    public static RetryPolicy none() {
        return new RetryPolicy(1, USUAL.first, USUAL.longest);
    }
}
