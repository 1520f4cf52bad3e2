package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.CommitStore;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.StorageMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Random steps on a store and on a TreeMap, which must agree. The steps include reopening and checkpoints. */
@Tag("contract")
class StoreModelTest {

    private static final int STEPS = 1_500;

    static Stream<Arguments> modesAndSeeds() {
        return Stream.of(StorageMode.values())
                .flatMap(mode -> Stream.of(1L, 2L, System.nanoTime()).map(seed -> Arguments.of(mode, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("modesAndSeeds")
    void store_agreesWithATreeMap(StorageMode mode, long seed, @TempDir Path folder) {
        Random random = new Random(seed);
        NavigableMap<String, String> model = new TreeMap<>(TestCodecs.TEXT);
        StoreOptions<String, String> options = TestCodecs.options()
                .cacheCapacity(1 + random.nextInt(50))
                .history(50, 1 << 20)
                .mode(mode, mode == StorageMode.MEMORY ? null : folder.resolve("data"));
        CommitStore<String, String> store = Stores.open(options);
        try {
            for (int step = 0; step < STEPS; step++) {
                String where = mode + ", seed " + seed + ", step " + step;
                switch (random.nextInt(mode == StorageMode.MEMORY ? 10 : 12)) {
                    case 0, 1, 2, 3 -> {
                        String key = key(random);
                        String value = value(random);
                        assertThat(store.put(key, value)).as(where).isEqualTo(model.put(key, value));
                    }
                    case 4, 5 -> {
                        String key = key(random);
                        assertThat(store.delete(key)).as(where).isEqualTo(model.remove(key));
                    }
                    case 6 -> {
                        String key = key(random);
                        assertThat(store.get(key)).as(where).isEqualTo(model.get(key));
                    }
                    case 7 -> several(store, model, random);
                    case 8 -> checkPage(store, model, random, where);
                    case 9 -> checkKeysUpTo(store, model, random, where);
                    case 10 -> {
                        if (random.nextInt(10) == 0) {
                            long revision = store.revision();
                            store.close();
                            store = Stores.open(options);
                            assertThat(store.revision()).as(where).isEqualTo(revision);
                        }
                    }
                    default -> {
                        if (random.nextInt(5) == 0) {
                            store.checkpoint();
                        }
                    }
                }
                assertThat(store.size()).as(where).isEqualTo(model.size());
            }
            List<Map.Entry<String, String>> found = new ArrayList<>();
            store.entries().forEachRemaining(found::add);
            assertThat(found).as("seed %d", seed).isEqualTo(new ArrayList<>(model.entrySet()));
        } finally {
            store.close();
        }
    }

    private static String key(Random random) {
        String key = "k" + random.nextInt(200);
        return random.nextInt(20) == 0 ? key + "é😀".repeat(random.nextInt(100)) : key;
    }

    private static String value(Random random) {
        String value = "v".repeat(random.nextInt(20) == 0 ? random.nextInt(100_000) : random.nextInt(200));
        return random.nextInt(3) == 0 ? random.nextInt(50) + ":" + value : value;
    }

    private static void several(CommitStore<String, String> store, Map<String, String> model, Random random) {
        Map<String, String> changes = new TreeMap<>();
        for (int i = random.nextInt(20); i >= 0; i--) {
            changes.put(key(random), random.nextInt(4) == 0 ? "" : value(random));
        }
        store.commit(transaction -> {
            changes.forEach((key, value) -> {
                if (value.isEmpty()) {
                    transaction.delete(key);
                } else {
                    transaction.put(key, value);
                }
            });
            return true;
        });
        changes.forEach((key, value) -> {
            if (value.isEmpty()) {
                model.remove(key);
            } else {
                model.put(key, value);
            }
        });
    }

    private static void checkPage(
            CommitStore<String, String> store, NavigableMap<String, String> model, Random random, String where) {
        String low = key(random);
        String high = key(random);
        if (TestCodecs.TEXT.compare(low, high) > 0) {
            return;
        }
        boolean lowInclusive = random.nextBoolean();
        boolean highInclusive = random.nextBoolean() || low.equals(high);
        boolean descending = random.nextBoolean();
        int rows = 1 + random.nextInt(20);
        NavigableMap<String, String> range = model.subMap(low, lowInclusive || low.equals(high), high, highInclusive);
        List<Map.Entry<String, String>> expected =
                new ArrayList<>((descending ? range.descendingMap() : range).entrySet());
        EntryPage<String, String> page = store.page(new EntryPageRequest<>(
                low, lowInclusive || low.equals(high), high, highInclusive, descending, rows, Long.MAX_VALUE));
        assertThat(page.entries()).as(where).isEqualTo(expected.subList(0, Math.min(rows, expected.size())));
        assertThat(page.last()).as(where).isEqualTo(expected.size() <= rows);
        assertThat(page.size()).as(where).isEqualTo(model.size());
        EntryPage<String, Long> secondaryKeys = store.secondaryKeys(new EntryPageRequest<>(
                low, lowInclusive || low.equals(high), high, highInclusive, descending, rows, Long.MAX_VALUE));
        assertThat(secondaryKeys.entries())
                .as(where)
                .isEqualTo(page.entries().stream()
                        .map(entry -> Map.entry(entry.getKey(), TestCodecs.NUMBERED.of(entry.getValue())))
                        .toList());
    }

    private static void checkKeysUpTo(
            CommitStore<String, String> store, Map<String, String> model, Random random, String where) {
        long bound = random.nextInt(50);
        List<String> expected = model.entrySet().stream()
                .filter(entry -> TestCodecs.NUMBERED.of(entry.getValue()) <= bound)
                .sorted((a, b) -> {
                    int order =
                            Long.compare(TestCodecs.NUMBERED.of(a.getValue()), TestCodecs.NUMBERED.of(b.getValue()));
                    return order != 0 ? order : TestCodecs.TEXT.compare(a.getKey(), b.getKey());
                })
                .limit(7)
                .map(Map.Entry::getKey)
                .toList();
        assertThat(store.keysUpTo(bound, 7)).as(where).isEqualTo(expected);
        assertThat(store.countAbove(bound).keys())
                .as(where)
                .isEqualTo(model.values().stream()
                        .filter(value -> TestCodecs.NUMBERED.of(value) > bound)
                        .count());
    }
}
