package io.kvstore.keyspace;

import java.time.InstantSource;

/**
 * A clock that never goes back, so that what has expired for one reader has expired for all after it. Where the clock below
 * is set back, this one goes on from where it was, as fast as that one does, until that one has caught up: what expires
 * after a minute does so after a minute. Thread-safe.
 */
final class Timeline {

    private final InstantSource clock;
    private long latest = Long.MIN_VALUE;
    private long ahead;

    Timeline(InstantSource clock) {
        this.clock = clock;
    }

    /** Milliseconds since 1970, at least those that anybody was told before. */
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
