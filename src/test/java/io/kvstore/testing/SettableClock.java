package io.kvstore.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The system's clock, until somebody sets it: then it stands, and goes on when it is told to. */
public final class SettableClock implements InstantSource {

    private volatile @Nullable Instant now;

    @Override
    public Instant instant() {
        Instant set = now;
        return set == null ? Instant.now() : set;
    }

    public void set(Instant instant) {
        now = instant;
    }

    /** Stands still from now on, a while later. */
    public void advance(Duration duration) {
        now = instant().plus(duration);
    }
}
