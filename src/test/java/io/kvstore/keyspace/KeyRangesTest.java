package io.kvstore.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares set operations on ranges with the keys that the ranges contain. */
class KeyRangesTest {

    private static final List<Key> ALL = keys();

    /** All keys of one to three letters from {@code a} to {@code c}: neighbours, prefixes of each other, keys between. */
    private static List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        for (String first : List.of("", "a", "b", "c")) {
            for (String second : List.of("", "a", "b", "c")) {
                for (String third : List.of("a", "b", "c")) {
                    keys.add(Key.of(first + second + third));
                }
            }
        }
        return keys;
    }

    private static KeyRanges prefixes(String... prefixes) {
        List<KeyRange> ranges = new ArrayList<>();
        for (String prefix : prefixes) {
            ranges.add(KeyRange.prefix(Key.of(prefix)));
        }
        return new KeyRanges(ranges);
    }

    @Test
    void ranges_thatOverlapOrTouchAreMerged() {
        assertThat(prefixes("a/", "a/b").ranges()).hasSize(1);
        assertThat(prefixes("a/b", "a/")).isEqualTo(prefixes("a/"));
        assertThat(prefixes("a/", "a0").ranges()).containsExactly(new KeyRange(Key.of("a/"), Key.of("a1")));
        assertThat(prefixes("c", "a").ranges()).extracting(KeyRange::from).containsExactly(Key.of("a"), Key.of("c"));
        assertThat(new KeyRanges(List.of(KeyRange.prefix(Key.of("x")), KeyRange.ALL)))
                .isEqualTo(KeyRanges.ALL);
        assertThat(new KeyRanges(List.of(new KeyRange(Key.of("b"), Key.of("b")))).isEmpty())
                .isTrue();
    }

    @Test
    void contains_keysThatBeginWithThePrefix() {
        KeyRanges two = prefixes("a/", "\u00e4");
        for (String in : new String[] {"a/", "a/b", "a/\uffff", "a/\ud83d\ude00", "\u00e4", "\u00e4/"}) {
            assertThat(two.contains(Key.of(in))).as(in).isTrue();
        }
        for (String out : new String[] {"a", "a.", "a0", "b", "\u00e5", "\u00e3", "A/"}) {
            assertThat(two.contains(Key.of(out))).as(out).isFalse();
        }
    }

    @Test
    void setOperations_agreeWithTheKeysOfTheSets() {
        long seed = System.nanoTime() % 1_000_000;
        Random random = new Random(seed);
        for (int step = 0; step < 2_000; step++) {
            List<KeyRange> first = randomRanges(random);
            List<KeyRange> second = randomRanges(random);
            KeyRanges one = new KeyRanges(first);
            KeyRanges other = new KeyRanges(second);
            boolean all = true;
            for (Key key : ALL) {
                String where = "seed " + seed + ", step " + step + ", key " + key;
                boolean inOne = first.stream().anyMatch(range -> range.contains(key));
                boolean inOther = second.stream().anyMatch(range -> range.contains(key));
                assertThat(one.contains(key)).as(where).isEqualTo(inOne);
                assertThat(one.and(other).contains(key)).as(where).isEqualTo(inOne && inOther);
                all &= inOne || !inOther;
            }
            if (one.containsAll(other)) {
                assertThat(all).as("seed " + seed + ", step " + step).isTrue();
            }
            assertThat(one.containsAll(one.and(other))).as("seed " + seed).isTrue();
        }
    }

    private static List<KeyRange> randomRanges(Random random) {
        List<KeyRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            ranges.add(new KeyRange(bound(random), bound(random)));
        }
        return ranges;
    }

    private static Key bound(Random random) {
        return random.nextInt(10) == 0 ? null : ALL.get(random.nextInt(ALL.size()));
    }
}
