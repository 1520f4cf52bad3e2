package io.kvstore.keyspace;

import java.time.InstantSource;

/**
 * A clock that never goes back, so a key that has expired for one reader stays expired for all later readers. If the
 * underlying clock is set back, this clock continues from its latest time at the pace of the underlying clock, until the
 * latter has caught up. A time to live of a minute therefore still lasts a minute. Thread-safe.
 */
final class Timeline {

    private final InstantSource clock;
    private long latest = Long.MIN_VALUE;
    private long ahead;

    Timeline(InstantSource clock) {
        this.clock = clock;
    }

    /** Returns the time in milliseconds since 1970; never less than an earlier call returned. */
    synchronized long millis() {
        long now = clock.millis();
        if (now >= latest) {
            ahead = 0;
        } else if (now + ahead < latest) {
            ahead = latest - now;
        }
        latest = now + ahead;
        return latest;
    }
}
