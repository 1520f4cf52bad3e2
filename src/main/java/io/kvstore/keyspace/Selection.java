package io.kvstore.keyspace;

import io.kvstore.storage.PageRequest;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a request is about, and in which order.
 *
 * @param from the first key, inclusive, or null for no bound
 * @param to the key to stop before, or null for no bound
 * @param filter which of those between; must be quick
 * @param reverse whether the greatest comes first
 */
public record Selection(@Nullable Key from, @Nullable Key to, Predicate<Key> filter, boolean reverse) {

    /** All keys, upwards. */
    public static final Selection ALL = new Selection(null, null, key -> true, false);

    /** The keys that begin with {@code prefix}, of those selected. */
    public Selection prefix(Key prefix) {
        return from(prefix).to(prefix.afterPrefix());
    }

    /** The keys that are not before {@code key}, of those selected. */
    public Selection from(Key key) {
        return from != null && from.compareTo(key) >= 0 ? this : new Selection(key, to, filter, reverse);
    }

    /** The keys that are before {@code key}, of those selected; all where it is null. */
    public Selection to(@Nullable Key key) {
        return key == null || (to != null && to.compareTo(key) <= 0) ? this : new Selection(from, key, filter, reverse);
    }

    /** The keys that pass a filter, of those selected. */
    public Selection filter(Predicate<Key> more) {
        return new Selection(from, to, filter.and(more), reverse);
    }

    /** The same keys, the greatest first. */
    public Selection reversed() {
        return new Selection(from, to, filter, !reverse);
    }

    /** Whether a key is selected. */
    public boolean contains(Key key) {
        return (from == null || from.compareTo(key) <= 0) && (to == null || to.compareTo(key) > 0) && filter.test(key);
    }

    /**
     * The pages of its range, whose keys are to be filtered.
     *
     * @param after the key to go on after, or null to begin
     * @param rows the most that a page is to hold
     */
    PageRequest<Key> request(@Nullable Key after, int rows) {
        PageRequest<Key> whole = new PageRequest<>(from, true, to, false, reverse, rows, PageRequest.BYTES);
        return after == null || !isWithin(after) ? whole : whole.after(after);
    }

    /** Whether going on after a key leaves less than the whole. */
    private boolean isWithin(Key after) {
        return reverse ? to == null || to.compareTo(after) > 0 : from == null || from.compareTo(after) <= 0;
    }
}
