package io.kvstore.keyspace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys, as ranges in order, none of them empty and no two of which touch: the same set is always the same ranges.
 * Immutable. Whatever is asked of it takes time in proportion to their number.
 */
public record KeyRanges(List<KeyRange> ranges) {

    public static final KeyRanges ALL = new KeyRanges(List.of(KeyRange.ALL));

    private static final Comparator<KeyRange> ORDER =
            Comparator.comparing(KeyRange::from, Comparator.nullsFirst(Comparator.<Key>naturalOrder()));

    /** @param ranges in any order, which may overlap */
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

    /** Whether there is no key between a range and {@code from}, where one begins that is not before it. */
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

    /** Whether every key that is in {@code other} is in this. */
    public boolean containsAll(KeyRanges other) {
        return and(other).equals(other);
    }

    /** Whether no key can be in it. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** The keys that are in both. */
    public KeyRanges and(KeyRanges other) {
        List<KeyRange> both = new ArrayList<>();
        for (KeyRange range : ranges) {
            for (KeyRange each : other.ranges) {
                both.add(range.and(each));
            }
        }
        return new KeyRanges(both);
    }

    /** The first range, upwards, in which there may be keys after one; null where none follows. */
    @Nullable
    KeyRange following(Key key) {
        for (KeyRange range : ranges) {
            if (range.to() == null || range.to().compareTo(key) > 0) {
                return range;
            }
        }
        return null;
    }

    /** The first range, downwards, in which there may be keys before one; null where none does. */
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
