package io.kvstore.keyspace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys, represented by ranges in ascending order. No range is empty and no two ranges touch, so equal sets have
 * equal ranges. Immutable. Each method takes time in proportion to the number of ranges.
 */
public record KeyRanges(List<KeyRange> ranges) {

    public static final KeyRanges ALL = new KeyRanges(List.of(KeyRange.ALL));

    private static final Comparator<KeyRange> ORDER =
            Comparator.comparing(KeyRange::from, Comparator.nullsFirst(Comparator.<Key>naturalOrder()));

    /** @param ranges in any order; they may overlap */
    public KeyRanges {
        ranges = united(ranges);
    }

    private static List<KeyRange> united(List<KeyRange> ranges) {
        List<KeyRange> sorted = new ArrayList<>(ranges);
        sorted.removeIf(KeyRange::isEmpty);
        sorted.sort(ORDER);
        List<KeyRange> united = new ArrayList<>(sorted.size());
        for (KeyRange range : sorted) {
            int last = united.size() - 1;
            if (last >= 0 && reaches(united.get(last), range.from())) {
                united.set(
                        last,
                        new KeyRange(
                                united.get(last).from(), later(united.get(last).to(), range.to())));
            } else {
                united.add(range);
            }
        }
        return List.copyOf(united);
    }

    /**
     * Returns whether a range reaches the start of another, so that both can be merged.
     *
     * @param from the start of a range that does not start before {@code range}
     */
    private static boolean reaches(KeyRange range, @Nullable Key from) {
        return range.to() == null || from == null || range.to().compareTo(from) >= 0;
    }

    private static @Nullable Key later(@Nullable Key end, @Nullable Key other) {
        return end == null || other == null ? null : end.compareTo(other) >= 0 ? end : other;
    }

    public boolean contains(Key key) {
        for (KeyRange range : ranges) {
            if (range.contains(key)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether this set contains every key of {@code other}. */
    public boolean containsAll(KeyRanges other) {
        return and(other).equals(other);
    }

    /** Returns whether the set contains no key. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Returns the intersection of both sets. */
    public KeyRanges and(KeyRanges other) {
        List<KeyRange> both = new ArrayList<>();
        for (KeyRange range : ranges) {
            for (KeyRange each : other.ranges) {
                both.add(range.and(each));
            }
        }
        return new KeyRanges(both);
    }

    /** Returns the first range in ascending order that may contain keys after {@code key}; null if there is none. */
    @Nullable
    KeyRange following(Key key) {
        for (KeyRange range : ranges) {
            if (range.to() == null || range.to().compareTo(key) > 0) {
                return range;
            }
        }
        return null;
    }

    /** Returns the first range in descending order that may contain keys before {@code key}; null if there is none. */
    @Nullable
    KeyRange preceding(Key key) {
        for (int i = ranges.size() - 1; i >= 0; i--) {
            Key from = ranges.get(i).from();
            if (from == null || from.compareTo(key) < 0) {
                return ranges.get(i);
            }
        }
        return null;
    }
}
