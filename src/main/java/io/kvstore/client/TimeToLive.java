package io.kvstore.client;

import java.time.Duration;
import java.util.Objects;

/** What a write does to the expiry of its key. Immutable. */
public sealed interface TimeToLive {

    /** As the operation does by itself: a put takes the expiry away, an increment or append leaves it. */
    static TimeToLive usual() {
        return new Usual();
    }

    /** The present expiry stays; a new key has none. */
    static TimeToLive keep() {
        return new Keep();
    }

    /**
     * The key is gone after so long, counted by the server's clock from the moment of the write.
     *
     * @throws IllegalArgumentException outside of 1 ms to 3,650 days, or where it is no whole number of milliseconds
     */
    static TimeToLive after(Duration time) {
        return new After(time);
    }

    /** See {@link TimeToLive#usual}. */
    record Usual() implements TimeToLive {}

    /** See {@link TimeToLive#keep}. */
    record Keep() implements TimeToLive {}

    /** See {@link TimeToLive#after}. */
    record After(Duration time) implements TimeToLive {

        private static final Duration LONGEST = Duration.ofDays(3_650);
        private static final int MILLI_NANOS = 1_000_000;

        public After {
            Objects.requireNonNull(time, "time");
            if (time.isNegative()
                    || time.isZero()
                    || time.compareTo(LONGEST) > 0
                    || time.toNanosPart() % MILLI_NANOS != 0) {
                throw new IllegalArgumentException(
                        "a time to live is a whole number of milliseconds from 1 ms to 3650 days, not " + time);
            }
        }
    }
}
