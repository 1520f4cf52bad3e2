package io.kvstore.store;

import java.util.List;

/**
 * The counts of a histogram.
 *
 * @param bounds inclusive upper bounds, ascending
 * @param counts one for each bound, of the numbers above the bound before it; and one for the numbers above all bounds
 * @param sum of all numbers
 */
public record HistogramCounts(List<Long> bounds, List<Long> counts, long sum) {

    /** Returns how many numbers were counted. */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
