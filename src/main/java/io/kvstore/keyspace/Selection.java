package io.kvstore.keyspace;

import io.kvstore.store.EntryPageRequest;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a request is about, and in which order.
 *
 * @param keys the keys among which they are: what is not in there is never read
 * @param filter which of those; must be quick
 * @param reverse whether the greatest comes first
 */
public record Selection(KeyRanges keys, Predicate<Key> filter, boolean reverse) {

    /** All keys, upwards. */
    public static final Selection ALL = new Selection(KeyRanges.ALL, key -> true, false);

    /** The keys that begin with {@code prefix}, of those selected. */
    public Selection prefix(Key prefix) {
        return within(KeyRange.prefix(prefix));
    }

    /** The keys that are not before {@code key}, of those selected. */
    public Selection from(Key key) {
        return within(new KeyRange(key, null));
    }

    /** The keys that are before {@code key}, of those selected; all where it is null. */
    public Selection to(@Nullable Key key) {
        return key == null ? this : within(new KeyRange(null, key));
    }

    private Selection within(KeyRange range) {
        return within(new KeyRanges(List.of(range)));
    }

    /** The keys that are in a set, of those selected. */
    public Selection within(KeyRanges others) {
        return new Selection(keys.and(others), filter, reverse);
    }

    /** The keys that pass a filter, of those selected. */
    public Selection filter(Predicate<Key> more) {
        return new Selection(keys, filter.and(more), reverse);
    }

    /** The same keys, the greatest first. */
    public Selection reversed() {
        return new Selection(keys, filter, !reverse);
    }

    /** Whether a key is selected. */
    public boolean contains(Key key) {
        return keys.contains(key) && filter.test(key);
    }

    /**
     * The range in which to go on after a key; null where nothing can follow.
     *
     * @param after null to begin
     */
    @Nullable
    KeyRange range(@Nullable Key after) {
        List<KeyRange> ranges = keys.ranges();
        if (after == null) {
            return ranges.isEmpty() ? null : ranges.get(reverse ? ranges.size() - 1 : 0);
        }
        return reverse ? keys.preceding(after) : keys.following(after);
    }

    /**
     * A page of a range, whose keys are to be filtered.
     *
     * @param after the key to go on after, or null to begin
     * @param rows the most that it is to hold
     */
    EntryPageRequest<Key> request(KeyRange range, @Nullable Key after, int rows) {
        EntryPageRequest<Key> whole =
                new EntryPageRequest<>(range.from(), true, range.to(), false, reverse, rows, EntryPageRequest.BYTES);
        return after == null || !isWithin(range, after) ? whole : whole.after(after);
    }

    /** Whether going on after a key leaves less than the whole of a range. */
    private boolean isWithin(KeyRange range, Key after) {
        return reverse
                ? range.to() == null || range.to().compareTo(after) > 0
                : range.from() == null || range.from().compareTo(after) <= 0;
    }
}
