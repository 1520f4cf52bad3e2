package io.kvstore.storage;

import io.kvstore.store.HistogramCounts;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A histogram. Adding a number costs a few nanoseconds. One thread at a time may add; other threads may read at the
 * same time, and may miss the newest numbers.
 */
final class Histogram {

    private final long[] bounds;
    private final AtomicLongArray counts;
    private final AtomicLong sum = new AtomicLong();

    /** @param bounds inclusive upper bounds, ascending */
    Histogram(long... bounds) {
        this.bounds = bounds;
        this.counts = new AtomicLongArray(bounds.length + 1);
    }

    /** Counts a number. */
    void add(long number) {
        int at = 0;
        while (at < bounds.length && number > bounds[at]) {
            at++;
        }
        counts.lazySet(at, counts.getPlain(at) + 1);
        sum.lazySet(sum.getPlain() + number);
    }

    /** Returns the counts so far. */
    HistogramCounts read() {
        Long[] read = new Long[counts.length()];
        Arrays.setAll(read, counts::get);
        return new HistogramCounts(Arrays.stream(bounds).boxed().toList(), Arrays.asList(read), sum.get());
    }
}
