package io.kvstore.keyspace;

import io.kvstore.store.EntryPageRequest;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a request selects, and their order.
 *
 * @param keys the ranges that contain all selected keys; nothing outside of them is read
 * @param filter selects among the keys of these ranges; it is called for each of them, so it must be fast
 * @param reverse whether the order is descending
 */
public record Selection(KeyRanges keys, Predicate<Key> filter, boolean reverse) {

    /** All keys in ascending order. */
    public static final Selection ALL = new Selection(KeyRanges.ALL, key -> true, false);

    /** Returns this selection, restricted to keys that begin with {@code prefix}. */
    public Selection prefix(Key prefix) {
        return within(KeyRange.prefix(prefix));
    }

    /** Returns this selection, restricted to {@code key} and the keys after it. */
    public Selection from(Key key) {
        return within(new KeyRange(key, null));
    }

    /** Returns this selection, restricted to the keys before {@code key}; null restricts nothing. */
    public Selection to(@Nullable Key key) {
        return key == null ? this : within(new KeyRange(null, key));
    }

    private Selection within(KeyRange range) {
        return within(new KeyRanges(List.of(range)));
    }

    /** Returns this selection, restricted to the keys of a set. */
    public Selection within(KeyRanges others) {
        return new Selection(keys.and(others), filter, reverse);
    }

    /** Returns this selection, restricted to the keys that pass a filter. */
    public Selection filter(Predicate<Key> more) {
        return new Selection(keys, filter.and(more), reverse);
    }

    /** Returns the same keys in the opposite order. */
    public Selection reversed() {
        return new Selection(keys, filter, !reverse);
    }

    /** Returns whether the selection contains a key. */
    public boolean contains(Key key) {
        return keys.contains(key) && filter.test(key);
    }

    /**
     * Returns the first range, in the order of the selection, that may contain keys after {@code after}; null if there is
     * none.
     *
     * @param after null for the first range
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
     * Returns the request for a page of a range. The filter is not part of the request: the caller applies it.
     *
     * @param after the key after which the page begins, or null for the start of the range
     * @param rows the maximum number of rows
     */
    EntryPageRequest<Key> request(KeyRange range, @Nullable Key after, int rows) {
        EntryPageRequest<Key> whole =
                new EntryPageRequest<>(range.from(), true, range.to(), false, reverse, rows, EntryPageRequest.BYTES);
        return after == null || !cuts(range, after) ? whole : whole.after(after);
    }

    /** Returns whether a page that begins after {@code after} excludes a part of the range. */
    private boolean cuts(KeyRange range, Key after) {
        return reverse
                ? range.to() == null || range.to().compareTo(after) > 0
                : range.from() == null || range.from().compareTo(after) <= 0;
    }
}
