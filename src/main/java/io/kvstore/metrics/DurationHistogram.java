package io.kvstore.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * A histogram of durations with fixed buckets. Safe for use by any number of threads, which do not block each other.
 */
final class DurationHistogram {

    /**
     * The upper bounds of the buckets, inclusive, in nanoseconds. They range from a read in memory, through a write
     * that waits for the disk, to a long listing.
     */
    static final long[] BOUNDS = {
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
        2_500_000_000L,
        10_000_000_000L
    };

    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder sum = new LongAdder();

    DurationHistogram() {
        Arrays.setAll(counts, i -> new LongAdder());
    }

    /** Counts one duration. */
    void add(long nanos) {
        int at = 0;
        while (at < BOUNDS.length && nanos > BOUNDS[at]) {
            at++;
        }
        counts[at].increment();
        sum.add(nanos);
    }

    /**
     * Returns the number of durations in one bucket, not cumulative.
     *
     * @param index of the bucket in {@link #BOUNDS}, or the length of it for durations above all bounds
     */
    long count(int index) {
        return counts[index].sum();
    }

    /** Returns the sum of all durations in nanoseconds. */
    long sumNanos() {
        return sum.sum();
    }
}
