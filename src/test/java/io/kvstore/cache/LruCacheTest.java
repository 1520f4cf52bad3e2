package io.kvstore.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.cache.LruCache.Stats;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LruCacheTest {

    private static LruCache<String, String> cache(int capacity, long bytesMax, long entryBytesMax) {
        return new LruCache<>(capacity, bytesMax, entryBytesMax, (key, value) -> key.length() + value.length());
    }

    @Test
    void read_returnsTheLastWrittenValue() {
        LruCache<String, String> cache = cache(2, 100, 100);
        assertThat(cache.read("a")).isNull();
        cache.write("a", "1");
        cache.write("a", "2");
        assertThat(cache.read("a")).isEqualTo("2");
        assertThat(cache.stats()).isEqualTo(new Stats(1, 1, 0, 1, 2));
    }

    @Test
    void write_evictsTheLeastRecentlyUsedEntry() {
        LruCache<String, String> cache = cache(2, 100, 100);
        cache.write("a", "1");
        cache.write("b", "2");
        cache.read("a");
        cache.write("c", "3");
        assertThat(cache.read("b")).isNull();
        assertThat(cache.read("a")).isEqualTo("1");
        assertThat(cache.read("c")).isEqualTo("3");
        assertThat(cache.stats().evictions()).isEqualTo(1);
    }

    @Test
    void write_ofACachedKeyEvictsNothing() {
        LruCache<String, String> cache = cache(2, 100, 100);
        cache.write("a", "1");
        cache.write("b", "2");
        cache.write("a", "3");
        assertThat(cache.read("b")).isEqualTo("2");
        assertThat(cache.stats().evictions()).isZero();
    }

    @Test
    void write_keepsTheWeightWithinItsLimit() {
        LruCache<String, String> cache = cache(100, 10, 10);
        cache.write("a", "1");
        cache.write("b", "22");
        cache.write("c", "333");
        assertThat(cache.stats()).isEqualTo(new Stats(0, 0, 0, 3, 9));
        cache.write("d", "4444");
        assertThat(cache.stats()).isEqualTo(new Stats(0, 0, 2, 2, 9));
        assertThat(cache.read("c")).isEqualTo("333");
        assertThat(cache.read("d")).isEqualTo("4444");
        cache.write("e", "exactly10");
        assertThat(cache.stats()).isEqualTo(new Stats(2, 0, 4, 1, 10));
    }

    @Test
    void write_ofATooHeavyValueRemovesTheOldOne() {
        LruCache<String, String> cache = cache(100, 100, 5);
        cache.write("a", "1");
        cache.write("a", "too heavy");
        assertThat(cache.read("a")).isNull();
        assertThat(cache.stats()).isEqualTo(new Stats(0, 1, 0, 0, 0));
        cache.write("a", "fits");
        assertThat(cache.read("a")).isEqualTo("fits");
    }

    @Test
    void write_cachesNothingIfTheLimitIsZero() {
        LruCache<String, String> cache = cache(1, 0, 100);
        cache.write("a", "1");
        assertThat(cache.read("a")).isNull();
    }

    @Test
    void delete_removesAKey() {
        LruCache<String, String> cache = cache(2, 100, 100);
        cache.write("a", "1");
        cache.delete("a");
        cache.delete("b");
        assertThat(cache.read("a")).isNull();
        assertThat(cache.stats()).isEqualTo(new Stats(0, 1, 0, 0, 0));
    }

    @Test
    void constructor_rejectsACapacityOfZero() {
        assertThatThrownBy(() -> cache(0, 100, 100)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void cache_agreesWithAModel(long seed) {
        Random random = new Random(seed);
        int capacity = random.nextInt(1, 20);
        long bytesMax = random.nextInt(1, 200);
        long entryBytesMax = random.nextInt(1, 30);
        LruCache<String, String> cache = cache(capacity, bytesMax, entryBytesMax);
        Map<String, String> model = new LinkedHashMap<>(); // least recently used first
        for (int step = 0; step < 20_000; step++) {
            String key = Integer.toString(random.nextInt(40));
            String where = "seed " + seed + " step " + step;
            switch (random.nextInt(4)) {
                case 0 -> {
                    String value = "v".repeat(random.nextInt(35));
                    cache.write(key, value);
                    model.remove(key);
                    if (key.length() + value.length() <= Math.min(entryBytesMax, bytesMax)) {
                        model.put(key, value);
                    }
                    while (model.size() > capacity || weight(model) > bytesMax) {
                        model.remove(model.keySet().iterator().next());
                    }
                }
                case 1 -> {
                    cache.delete(key);
                    model.remove(key);
                }
                default -> {
                    String value = model.remove(key);
                    if (value != null) {
                        model.put(key, value);
                    }
                    assertThat(cache.read(key)).as(where).isEqualTo(value);
                }
            }
            assertThat(cache.stats().entries()).as(where).isEqualTo(model.size());
            assertThat(cache.stats().bytes()).as(where).isEqualTo(weight(model));
        }
    }

    private static long weight(Map<String, String> entries) {
        return entries.entrySet().stream()
                .mapToLong(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
    }

    @Test
    void cache_staysWithinItsLimitsUnderConcurrency() throws InterruptedException {
        LruCache<String, String> cache = cache(10, 60, 60);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            long seed = t;
            threads[t] = new Thread(() -> {
                Random random = new Random(seed);
                for (int i = 0; i < 20_000; i++) {
                    String key = Integer.toString(random.nextInt(30));
                    switch (random.nextInt(3)) {
                        case 0 -> cache.write(key, key.repeat(1 + random.nextInt(4)));
                        case 1 -> cache.delete(key);
                        default -> {
                            String value = cache.read(key);
                            assertThat(value == null || value.replace(key, "").isEmpty())
                                    .isTrue();
                        }
                    }
                }
            });
            threads[t].setUncaughtExceptionHandler((thread, e) -> failure.set(e));
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(cache.stats().entries()).isLessThanOrEqualTo(10);
        assertThat(cache.stats().bytes()).isBetween(0L, 60L);
    }
}
