package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.cache.Cache;
import io.kvstore.cache.LruCache;
import io.kvstore.store.Commit;
import io.kvstore.store.Count;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachedTableTest {

    /**
     * A table in memory that a test can pause: after a read has its value, and before and after commits are applied.
     */
    private static final class HookedTable implements Table<String, String> {
        final Map<String, String> entries = new ConcurrentHashMap<>();
        final AtomicBoolean fails = new AtomicBoolean();
        volatile Consumer<String> afterRead = key -> {};
        volatile Runnable beforeApply = () -> {};
        volatile Runnable afterApply = () -> {};
        final AtomicInteger reads = new AtomicInteger();

        @Override
        public @Nullable String get(String key) {
            reads.incrementAndGet();
            String value = entries.get(key);
            afterRead.accept(key);
            return value;
        }

        @Override
        public void apply(List<Commit<String, String>> commits) throws IOException {
            beforeApply.run();
            if (fails.get()) {
                throw new IOException("broken");
            }
            for (Commit<String, String> commit : commits) {
                for (Commit.Effect<String, String> effect : commit.effects()) {
                    if (effect.value() == null) {
                        entries.remove(effect.key());
                    } else {
                        entries.put(effect.key(), effect.value());
                    }
                }
            }
            afterApply.run();
        }

        @Override
        public long revision() {
            return 7;
        }

        @Override
        public long size() {
            return entries.size();
        }

        @Override
        public EntryPage<String, String> page(EntryPageRequest<String> request) {
            return new EntryPage<>(7, 0, List.of(), true);
        }

        @Override
        public EntryPage<String, Long> secondaryKeys(EntryPageRequest<String> request) {
            return new EntryPage<>(8, 0, List.of(), true);
        }

        @Override
        public Count countAbove(long bound) {
            return new Count(9, bound);
        }

        @Override
        public List<String> keysUpTo(long bound, int limit) {
            return List.of("low");
        }

        @Override
        public void close() {}
    }

    private final HookedTable table = new HookedTable();
    private final LruCache<String, String> cache = new LruCache<>(100, 10_000, 1_000, (k, v) -> v.length());
    private final CachedTable<String, String> cached = new CachedTable<>(table, cache);
    private final ExecutorService reader = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        reader.shutdownNow();
    }

    private static List<Commit<String, String>> change(String key, @Nullable String value) {
        return List.of(new Commit<>(1, List.of(new Commit.Effect<>(key, value, 0))));
    }

    /** A read of "k" that has read its value from the table, and waits until it is released. */
    private final class SlowRead {
        private final CountDownLatch read = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);
        private final Future<@Nullable String> result;

        SlowRead() throws InterruptedException {
            table.afterRead = key -> {
                table.afterRead = other -> {};
                read.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            };
            result = reader.submit(() -> cached.get("k"));
            read.await();
        }

        @Nullable
        String end() throws InterruptedException, ExecutionException {
            go.countDown();
            return result.get();
        }
    }

    @Test
    void get_readsTheTableOnce() {
        table.entries.put("k", "v");
        assertThat(cached.get("k")).isEqualTo("v");
        assertThat(cached.get("k")).isEqualTo("v");
        assertThat(table.reads.get()).isEqualTo(1);
    }

    @Test
    void get_ofAMissingKeyCachesNothing() {
        assertThat(cached.get("k")).isNull();
        assertThat(cache.stats().entries()).isZero();
        table.entries.put("k", "v");
        assertThat(cached.get("k")).isEqualTo("v");
    }

    @Test
    void apply_writesThrough() throws IOException {
        cached.apply(change("k", "new"));
        assertThat(table.entries).containsEntry("k", "new");
        assertThat(cached.get("k")).isEqualTo("new");
        assertThat(table.reads.get()).isZero();
        cached.apply(change("k", null));
        assertThat(cached.get("k")).isNull();
    }

    @Test
    void apply_keepsTheLastOfSeveralEffectsOnAKey() throws IOException {
        cached.apply(List.of(
                new Commit<>(
                        1,
                        List.of(
                                new Commit.Effect<>("k", "1", 0),
                                new Commit.Effect<>("l", "1", 0),
                                new Commit.Effect<>("k", null, 0))),
                new Commit<>(2, List.of(new Commit.Effect<>("l", "2", 0)))));
        assertThat(cached.get("k")).isNull();
        assertThat(cached.get("l")).isEqualTo("2");
    }

    @Test
    void get_seesAChangeAsSoonAsTheTableShowsIt() throws IOException {
        cached.apply(change("k", "old"));
        List<@Nullable String> seen = new ArrayList<>();
        table.afterApply = () -> seen.add(cached.get("k"));
        cached.apply(change("k", "new"));
        cached.apply(change("k", null));
        assertThat(seen).containsExactly("new", null);
    }

    @Test
    void get_thatBeganBeforeAChangeCachesNothing() throws Exception {
        table.entries.put("k", "old");
        SlowRead slow = new SlowRead();
        cached.apply(change("k", "new"));
        assertThat(slow.end()).isEqualTo("old");
        assertThat(cached.get("k")).isEqualTo("new");
    }

    @Test
    void get_thatBeganBeforeADeletionCachesNothing() throws Exception {
        table.entries.put("k", "old");
        SlowRead slow = new SlowRead();
        cached.apply(change("k", null));
        assertThat(slow.end()).isEqualTo("old");
        assertThat(cached.get("k")).isNull();
    }

    @Test
    void get_thatEndsDuringAChangeLeavesNothingStale() throws Exception {
        table.entries.put("k", "old");
        SlowRead slow = new SlowRead();
        table.beforeApply = () -> end(slow);
        cached.apply(change("k", null));
        assertThat(cached.get("k")).isNull();
    }

    @Test
    void get_thatBeginsAndEndsDuringAChangeLeavesNothingStale() throws Exception {
        table.entries.put("k", "old");
        table.beforeApply = () -> assertThat(cached.get("k")).isEqualTo("old");
        cached.apply(change("k", null));
        assertThat(cached.get("k")).isNull();
    }

    @Test
    void get_thatBeganDuringAChangeCachesNothing() throws Exception {
        table.entries.put("k", "old");
        List<SlowRead> slow = new ArrayList<>();
        table.beforeApply = () -> {
            try {
                slow.add(new SlowRead());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        cached.apply(change("k", "new"));
        slow.get(0).end();
        assertThat(cached.get("k")).isEqualTo("new");
    }

    @Test
    void get_fillsAgainAfterAFailedChange() {
        table.entries.put("k", "v");
        table.fails.set(true);
        assertThatThrownBy(() -> cached.apply(change("k", "new"))).isInstanceOf(IOException.class);
        assertThat(cached.get("k")).isEqualTo("v");
        assertThat(cached.get("k")).isEqualTo("v");
        assertThat(table.reads.get()).isEqualTo(1);
    }

    @Test
    void otherMethods_readTheTable() {
        table.entries.put("k", "v");
        assertThat(cached.size()).isEqualTo(1);
        assertThat(cached.revision()).isEqualTo(7);
        assertThat(cached.keysUpTo(1, 1)).containsExactly("low");
        assertThat(cached.page(EntryPageRequest.all()).revision()).isEqualTo(7);
        assertThat(cache.stats().entries()).isZero();
    }

    private static void end(SlowRead slow) {
        try {
            slow.end();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Each key goes through the states 1, 2, 3 and so on. An even state is a value with that number, an odd one a
     * deletion. A read must not return a state older than the last one published when the read began, nor newer than
     * the last one begun when it ended.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 100})
    void get_neverReturnsAnOlderValue(int capacity) throws InterruptedException {
        long seed = 42;
        int keys = 6;
        Cache<String, String> small = new LruCache<>(capacity, 10_000, 1_000, (k, v) -> v.length());
        CachedTable<String, String> cachedHere = new CachedTable<>(table, small);
        AtomicIntegerArray begun = new AtomicIntegerArray(keys);
        AtomicIntegerArray published = new AtomicIntegerArray(keys);
        for (int key = 0; key < keys; key++) {
            begun.set(key, 1);
            published.set(key, 1);
        }
        AtomicBoolean done = new AtomicBoolean();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        Thread[] readers = new Thread[3];
        for (int t = 0; t < readers.length; t++) {
            Random random = new Random(seed + t);
            readers[t] = new Thread(() -> {
                while (!done.get() && wrong.isEmpty()) {
                    int key = random.nextInt(keys);
                    int from = published.get(key);
                    String value = cachedHere.get("k" + key);
                    int to = begun.get(key);
                    boolean right = value == null
                            ? to > from || from % 2 == 1
                            : Integer.parseInt(value) >= from && Integer.parseInt(value) <= to;
                    if (!right) {
                        wrong.add("seed " + seed + ": read " + value + " of states " + from + " to " + to);
                    }
                }
            });
            readers[t].start();
        }
        Random random = new Random(seed);
        try {
            for (int i = 0; i < 30_000 && wrong.isEmpty(); i++) {
                Map<Integer, Integer> next = new HashMap<>();
                List<Commit.Effect<String, String>> effects = new ArrayList<>();
                for (int n = random.nextInt(3); n >= 0; n--) {
                    int key = random.nextInt(keys);
                    int state = begun.incrementAndGet(key);
                    next.put(key, state);
                    effects.add(new Commit.Effect<>("k" + key, state % 2 == 1 ? null : Integer.toString(state), 0));
                }
                cachedHere.apply(List.of(new Commit<>(i, effects)));
                next.forEach(published::set);
            }
        } catch (IOException e) {
            wrong.add(e.toString());
        } finally {
            done.set(true);
            for (Thread thread : readers) {
                thread.join();
            }
        }
        assertThat(wrong).isEmpty();
    }
}
