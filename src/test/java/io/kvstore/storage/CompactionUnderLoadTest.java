package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.CommitStore;
import io.kvstore.store.Durability;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.StorageMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compactions during writes, reads and listings: nothing is lost, and no reader sees a value that was replaced before.
 */
@Tag("contract")
class CompactionUnderLoadTest {

    private static final int WRITERS = 8;
    private static final int KEYS = 40;
    private static final int COMPACTIONS = 4;

    @TempDir
    Path folder;

    /** The number of the newest acknowledged change of each key. */
    private final AtomicLongArray told = new AtomicLongArray(WRITERS * KEYS);

    private final AtomicBoolean done = new AtomicBoolean();
    private CommitStore<String, String> store;

    private StoreOptions<String, String> options(StorageMode mode) {
        return TestCodecs.options()
                .mode(mode, folder.resolve("data"))
                .durability(Durability.NEVER)
                .cacheCapacity(WRITERS * KEYS / 2);
    }

    private static String key(int writer, int key) {
        return "key" + writer + "/" + key;
    }

    private static long number(String value) {
        return Long.parseLong(value, value.indexOf('#') + 1, value.indexOf('/'), 10);
    }

    /** Changes its own keys and numbers the changes. A multiple of 7 is a deletion, except for the keys below 10. */
    private NavigableMap<String, String> write(int writer) {
        Random random = new Random(writer);
        NavigableMap<String, String> model = new TreeMap<>(TestCodecs.TEXT);
        for (long number = 1; !done.get(); number++) {
            int n = random.nextInt(KEYS);
            String key = key(writer, n);
            String prefix = n % 3 == 0 ? number % 50 + ":" : "";
            String value = prefix + "#" + number + "/" + "v".repeat(random.nextInt(600));
            if (n >= 10 && number % 7 == 0) {
                assertThat(store.delete(key)).as(key).isEqualTo(model.remove(key));
            } else {
                assertThat(store.put(key, value)).as(key).isEqualTo(model.put(key, value));
            }
            told.set(writer * KEYS + n, number);
        }
        return model;
    }

    private Void read(int reader) {
        Random random = new Random(-reader);
        while (!done.get()) {
            int writer = random.nextInt(WRITERS);
            int n = random.nextInt(KEYS);
            long before = told.get(writer * KEYS + n);
            String value = store.get(key(writer, n));
            if (value == null) {
                assertThat(n >= 10 || before == 0).as(key(writer, n)).isTrue();
            } else {
                assertThat(number(value)).as(key(writer, n)).isGreaterThanOrEqualTo(before);
            }
        }
        return null;
    }

    private Void list() {
        while (!done.get()) {
            Set<String> expected = new HashSet<>();
            for (int i = 0; i < WRITERS * KEYS; i++) {
                if (i % KEYS < 10 && told.get(i) > 0) {
                    expected.add(key(i / KEYS, i % KEYS));
                }
            }
            List<String> keys = new ArrayList<>();
            store.entries().forEachRemaining(entry -> keys.add(entry.getKey()));
            assertThat(keys).doesNotHaveDuplicates().isSorted().containsAll(expected);
        }
        return null;
    }

    @ParameterizedTest
    @EnumSource(names = {"PERSISTENT", "CACHED"})
    void compact_losesNothingAndShowsNoOldValue(StorageMode mode) throws Exception {
        store = Stores.open(options(mode));
        ExecutorService threads = Executors.newCachedThreadPool();
        NavigableMap<String, String> model = new TreeMap<>(TestCodecs.TEXT);
        try {
            List<Future<NavigableMap<String, String>>> writers = new ArrayList<>();
            List<Future<Void>> readers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int n = i;
                writers.add(threads.submit(() -> untilDone(() -> write(n))));
                readers.add(threads.submit(() -> untilDone(() -> read(n))));
            }
            readers.add(threads.submit(() -> untilDone(this::list)));
            for (int i = 0; i < COMPACTIONS && !done.get(); i++) {
                store.compact();
            }
            done.set(true);
            for (Future<Void> reader : readers) {
                reader.get();
            }
            for (Future<NavigableMap<String, String>> writer : writers) {
                model.putAll(writer.get());
            }
        } finally {
            done.set(true);
            threads.shutdown();
        }
        check(model);
        long revision = store.revision();
        store.close();
        store = Stores.open(options(mode));
        assertThat(store.revision()).isEqualTo(revision);
        check(model);
        store.close();
    }

    /** Runs tasks until all end; a failure of one ends all. */
    private <R> R untilDone(Callable<R> body) throws Exception {
        try {
            return body.call();
        } finally {
            done.set(true);
        }
    }

    private void check(NavigableMap<String, String> model) {
        assertThat(store.size()).isEqualTo(model.size());
        for (int i = 0; i < WRITERS * KEYS; i++) {
            String key = key(i / KEYS, i % KEYS);
            assertThat(store.get(key)).as(key).isEqualTo(model.get(key));
        }
        List<Map.Entry<String, String>> entries = new ArrayList<>();
        store.entries().forEachRemaining(entries::add);
        assertThat(entries).isEqualTo(List.copyOf(model.entrySet()));
        long withNumber = model.values().stream()
                .filter(value -> TestCodecs.NUMBERED.of(value) != SecondaryKey.NONE)
                .count();
        assertThat(store.keysUpTo(Long.MAX_VALUE, 10_000)).hasSize((int) withNumber);
    }
}
