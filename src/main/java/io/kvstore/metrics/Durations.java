package io.kvstore.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Counts times by their length. Safe for use by any number of threads, which do not wait for each other. */
final class Durations {

    /** From a read in memory, through a write that waits for a disk, to a long list, in nanoseconds. */
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

    Durations() {
        Arrays.setAll(counts, i -> new LongAdder());
    }

    void add(long nanos) {
        int at = 0;
        while (at < BOUNDS.length && nanos > BOUNDS[at]) {
            at++;
        }
        counts[at].increment();
        sum.add(nanos);
    }

    /** How many there were up to the bound of that index and above the one before; at the end, above all of them. */
    long count(int index) {
        return counts[index].sum();
    }

    long sumNanos() {
        return sum.sum();
    }
}
