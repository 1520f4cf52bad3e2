package io.kvstore.keyspace;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that never goes back, so that what has expired for one reader has expired for all after it. Thread-safe. */
final class Timeline {

    private final InstantSource clock;
    private final AtomicLong latest = new AtomicLong(Long.MIN_VALUE);

    Timeline(InstantSource clock) {
        this.clock = clock;
    }

    /** Milliseconds since 1970, at least those that anybody was told before. */
    long millis() {
        long now = clock.millis();
        long before = latest.get();
        while (before < now) {
            if (latest.compareAndSet(before, now)) {
                return now;
            }
            before = latest.get();
        }
        return before;
    }
}
