package io.kvstore.storage;

import io.kvstore.store.Durability;
import io.kvstore.store.HistogramCounts;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Forces the log to disk as often as the {@link Durability} of the store asks for, and measures it. For the committing
 * thread.
 */
final class LogForcer {

    /** Upper bounds of the histogram of forces, in nanoseconds: 0.1 ms, as on an SSD, to 10 s. */
    static final long[] FORCE_BOUNDS = {
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        25_000_000,
        50_000_000,
        100_000_000,
        250_000_000,
        1_000_000_000,
        10_000_000_000L
    };

    private static final long INTERVAL_NANOS = 900_000_000;
    private static final long NO_DEADLINE = Long.MAX_VALUE;

    private final CommitLog<?, ?> log;
    private final Durability durability;
    private final WriteFailure failure;
    private final LongSupplier nanoClock;
    private final Histogram forces = new Histogram(FORCE_BOUNDS);
    private long deadline = NO_DEADLINE;

    LogForcer(CommitLog<?, ?> log, Durability durability, WriteFailure failure, LongSupplier nanoClock) {
        this.log = log;
        this.durability = durability;
        this.failure = failure;
        this.nanoClock = nanoClock;
    }

    /** Forces a group that was just appended, now or within the interval. */
    void forceAppended() throws IOException {
        switch (durability) {
            case ALWAYS -> force();
            case INTERVAL -> {
                if (deadline == NO_DEADLINE) {
                    deadline = nanoClock.getAsLong() + INTERVAL_NANOS;
                }
            }
            case NEVER -> {}
        }
    }

    /** Forces all that was appended; does nothing if it is durable. */
    void force() throws IOException {
        if (log.isForced()) {
            return;
        }
        long start = nanoClock.getAsLong();
        log.force();
        forces.add(nanoClock.getAsLong() - start);
    }

    /** Forces before the committing thread waits, perhaps for longer than the interval. */
    void forceBeforeWait() throws IOException {
        if (durability == Durability.INTERVAL) {
            force();
        }
    }

    /** Returns the time until {@link #forceIfDue} has something to do; {@link Long#MAX_VALUE} for never. */
    long nanosUntilDue() {
        return deadline == NO_DEADLINE ? NO_DEADLINE : deadline - nanoClock.getAsLong();
    }

    /** Forces if the interval since the first commit that was not forced has passed. */
    void forceIfDue() throws IOException {
        if (deadline != NO_DEADLINE && nanoClock.getAsLong() - deadline >= 0) {
            deadline = NO_DEADLINE;
            if (!failure.isSet()) {
                force();
            }
        }
    }

    /** Returns the histogram of the time that each force took, in nanoseconds. */
    HistogramCounts forces() {
        return forces.read();
    }
}
