package io.kvstore.store;

import java.util.List;

/**
 * How often numbers of which size were met.
 *
 * @param bounds upwards; what is above one and not above the next is counted there
 * @param counts one for each bound, and one for what is above all of them
 * @param sum of all numbers
 */
public record HistogramCounts(List<Long> bounds, List<Long> counts, long sum) {

    /** How many numbers there were. */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
