package io.kvstore.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The system clock until a test sets it; then it stands still and advances only when the test advances it. */
public final class SettableClock implements InstantSource {

    private volatile @Nullable Instant now;

    @Override
    public Instant instant() {
        Instant set = now;
        return set == null ? Instant.now() : set;
    }

    /** Stops the clock at an instant. */
    public void set(Instant instant) {
        now = instant;
    }

    /** Stops the clock at the present instant plus a duration. */
    public void advance(Duration duration) {
        now = instant().plus(duration);
    }
}
