package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.store.Change;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Count;
import io.kvstore.store.EntryFormat;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.KeyValueStore;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The promises of every mode, in addition to those of every store. */
@Tag("contract")
@ParameterizedClass
@EnumSource(StorageMode.class)
class StoreContractTest extends KeyValueStoreContract {

    private final StorageMode mode;

    @TempDir
    Path folder;

    private StoreOptions<String, String> options;
    private CommitStore<String, String> store;

    StoreContractTest(StorageMode mode) {
        this.mode = mode;
    }

    @BeforeEach
    void open() {
        options = TestCodecs.options().mode(mode, mode == StorageMode.MEMORY ? null : folder.resolve("data"));
        store = Stores.open(options.cacheCapacity(3));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected KeyValueStore<String, String> store() {
        return store;
    }

    /** The codec of these tests also accepts the empty key. */
    @Override
    protected List<String> keysInOrder() {
        List<String> keys = new ArrayList<>(List.of(""));
        keys.addAll(super.keysInOrder());
        return keys;
    }

    @Override
    protected void putAll(List<String> keys, String value) {
        for (int from = 0; from < keys.size(); from += 100) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + 100));
            store.commit(transaction -> {
                some.forEach(key -> transaction.put(key, value));
                return true;
            });
        }
    }

    private void reopen() {
        store.close();
        store = Stores.open(options);
    }

    private static List<String> keys(EntryPage<String, String> page) {
        return page.entries().stream().map(Map.Entry::getKey).toList();
    }

    private static EntryPageRequest<String> range(
            String low, boolean lowInclusive, String high, boolean highInclusive, boolean descending, int rows) {
        return new EntryPageRequest<>(low, lowInclusive, high, highInclusive, descending, rows, EntryPageRequest.BYTES);
    }

    @Test
    void page_staysWithinItsBounds() {
        for (String key : List.of("a", "b", "c", "d", "e")) {
            store.put(key, key);
        }
        assertThat(keys(store.page(range("b", true, "d", true, false, 10)))).containsExactly("b", "c", "d");
        assertThat(keys(store.page(range("b", false, "d", false, false, 10)))).containsExactly("c");
        assertThat(keys(store.page(range("b", true, "d", false, true, 10)))).containsExactly("c", "b");
        assertThat(keys(store.page(range(null, true, "b", true, true, 10)))).containsExactly("b", "a");
        assertThat(keys(store.page(range("d", true, null, true, false, 10)))).containsExactly("d", "e");
        assertThat(keys(store.page(range("aa", true, "ab", true, false, 10)))).isEmpty();
        assertThat(keys(store.page(range("d", true, "b", true, false, 10)))).isEmpty();
        assertThat(keys(store.page(range("b", true, "b", true, false, 10)))).containsExactly("b");
        assertThat(keys(store.page(range("b", true, "b", false, false, 10)))).isEmpty();
    }

    @Test
    void page_knowsWhetherItIsTheLast() {
        for (String key : List.of("a", "b", "c")) {
            store.put(key, key);
        }
        EntryPage<String, String> first = store.page(range(null, true, null, true, false, 2));
        assertThat(keys(first)).containsExactly("a", "b");
        assertThat(first.last()).isFalse();
        assertThat(first.revision()).isEqualTo(3);
        EntryPageRequest<String> next = range(null, true, null, true, false, 2).after("b");
        assertThat(keys(store.page(next))).containsExactly("c");
        assertThat(store.page(next).last()).isTrue();
        assertThat(store.page(range(null, true, null, true, false, 3)).last()).isTrue();
        assertThat(keys(store.page(range(null, true, null, true, true, 2).after("b"))))
                .containsExactly("a");
    }

    @Test
    void page_endsWhenItHasItsBytes() {
        for (int i = 0; i < 10; i++) {
            store.put("k" + i, "x".repeat(998));
        }
        EntryPageRequest<String> request = new EntryPageRequest<>(null, true, null, true, false, 100, 2_500);
        EntryPage<String, String> page = store.page(request);
        assertThat(keys(page)).containsExactly("k0", "k1", "k2");
        assertThat(page.last()).isFalse();
    }

    @Test
    void commit_seesItsOwnWrites() {
        store.put("a", "1");
        String seen = store.commit(transaction -> {
            transaction.put("b", "2");
            transaction.delete("a");
            transaction.put("c", "3");
            transaction.put("c", "4");
            return transaction.get("a") + transaction.get("b") + transaction.get("c");
        });
        assertThat(seen).isEqualTo("null24");
        assertThat(store.get("a")).isNull();
        assertThat(store.get("c")).isEqualTo("4");
        assertThat(store.size()).isEqualTo(2);
    }

    @Test
    void commit_thatThrows_changesNothing() {
        store.put("a", "1");
        long before = store.revision();
        assertThatThrownBy(() -> store.commit(transaction -> {
                    transaction.put("a", "2");
                    transaction.put("b", "2");
                    throw new IllegalArgumentException("mine");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mine");
        assertThat(store.revision()).isEqualTo(before);
        assertThat(store.get("a")).isEqualTo("1");
        assertThat(store.get("b")).isNull();
        assertThat(store.put("a", "3")).isEqualTo("1");
    }

    @Test
    void revision_growsByOneWithEachCommitThatChangesSomething() {
        assertThat(store.revision()).isZero();
        store.put("a", "1");
        assertThat(store.revision()).isEqualTo(1);
        long told = store.commit(transaction -> {
            transaction.put("a", "2");
            transaction.put("b", "2");
            return transaction.revision();
        });
        assertThat(told).isEqualTo(2);
        assertThat(store.revision()).isEqualTo(2);
        store.delete("missing");
        store.commit(transaction -> transaction.get("a"));
        assertThat(store.revision()).isEqualTo(2);
    }

    @Test
    void keysUpTo_returnsKeysInTheSecondaryOrder() {
        store.put("c", "3:");
        store.put("a", "5:");
        store.put("b", "4:");
        store.put("x", "no number");
        store.put("d", "1:");
        store.put("d", "9:");
        store.put("e", "2:");
        store.put("e", "no number");
        store.put("f", "2:");
        store.delete("f");
        store.put("g", "-7:");
        assertThat(store.keysUpTo(4, 10)).containsExactly("g", "c", "b");
        assertThat(store.keysUpTo(Long.MAX_VALUE - 1, 2)).containsExactly("g", "c");
        assertThat(store.keysUpTo(Long.MAX_VALUE - 1, 10)).containsExactly("g", "c", "b", "a", "d");
        assertThat(store.size()).isEqualTo(7);
    }

    @Test
    void secondaryKeys_returnsAPageOfSecondaryKeys() {
        store.put("a", "5:");
        store.put("b", "no number");
        store.put("c", "7:" + "x".repeat(100_000));
        EntryPage<String, Long> page = store.secondaryKeys(EntryPageRequest.all());
        assertThat(page.entries())
                .containsExactly(Map.entry("a", 5L), Map.entry("b", SecondaryKey.NONE), Map.entry("c", 7L));
        assertThat(page.revision()).isEqualTo(3);
        assertThat(page.size()).isEqualTo(3);
        assertThat(page.last()).isTrue();
        EntryPage<String, Long> reversed = store.secondaryKeys(range("b", true, null, true, true, 1));
        assertThat(reversed.entries()).containsExactly(Map.entry("c", 7L));
        assertThat(reversed.last()).isFalse();
        assertThat(store.secondaryKeys(new EntryPageRequest<>(null, true, null, true, false, 10, 2))
                        .entries())
                .as("two bytes of keys")
                .hasSize(2);
    }

    @Test
    void page_hasTheSizeOfTheWholeStore() {
        store.put("a", "1");
        store.put("b", "2");
        assertThat(store.page(range("b", true, null, true, false, 10)).size()).isEqualTo(2);
        EntryPage<String, String> nothing = store.page(range("b", true, "a", true, false, 10));
        assertThat(nothing.size()).isEqualTo(2);
        EntryPage<String, String> none = store.page(range(null, true, null, true, false, 0));
        assertThat(none.entries()).isEmpty();
        assertThat(none.size()).isEqualTo(2);
        assertThat(none.revision()).isEqualTo(2);
        assertThat(none.last()).isFalse();
    }

    @Test
    void countAbove_leavesOutSecondaryKeysUpToTheBound() {
        store.put("a", "1:");
        store.put("b", "2:");
        store.put("c", "3:");
        store.put("d", "no number");
        assertThat(store.countAbove(0)).isEqualTo(new Count(4, 4));
        assertThat(store.countAbove(2)).isEqualTo(new Count(4, 2));
        assertThat(store.countAbove(Long.MAX_VALUE - 1)).isEqualTo(new Count(4, 1));
        store.delete("b");
        store.put("c", "no number");
        assertThat(store.countAbove(2)).isEqualTo(new Count(6, 2));
    }

    @Test
    void commitEach_givesEachChangeARevisionAndItsResult() {
        List<Change<String, String, Long>> changes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            changes.add(transaction -> {
                String old = transaction.get("n");
                transaction.put("n", old == null ? "1" : Integer.toString(Integer.parseInt(old) + 1));
                return transaction.revision();
            });
        }
        List<Long> revisions = store.commitEach(changes);
        assertThat(revisions).hasSize(50).isSorted().startsWith(1L).endsWith(50L);
        assertThat(store.get("n")).isEqualTo("50");
        assertThat(store.history(0)).hasSize(50);
    }

    @Test
    void commitEach_triesAllAndThrowsTheFirstFailure() {
        List<Change<String, String, Boolean>> changes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int n = i;
            changes.add(transaction -> {
                transaction.put("k" + n, "v");
                if (n % 2 == 1) {
                    throw new IllegalStateException("no " + n);
                }
                return true;
            });
        }
        assertThatThrownBy(() -> store.commitEach(changes)).hasMessage("no 1");
        assertThat(keys(store.page(EntryPageRequest.all()))).containsExactly("k0", "k2", "k4");
    }

    @Test
    void rollback_discardsWhatTheCommitDid() {
        store.put("a", "1");
        String seen = store.commit(transaction -> {
            transaction.put("a", "2");
            transaction.put("b", "2");
            transaction.rollback();
            return transaction.get("a") + transaction.get("b");
        });
        assertThat(seen).isEqualTo("1null");
        assertThat(store.revision()).isEqualTo(1);
        store.commit(transaction -> {
            transaction.put("a", "2");
            transaction.rollback();
            transaction.put("b", "3");
            return true;
        });
        assertThat(store.history(1).get(0).effects()).containsExactly(new Commit.Effect<>("b", "3", 0));
    }

    @Test
    void commit_thatFailsHalfWayIsNeverSeenAndEndsWriting() {
        store.put("a", "1");
        store.close();
        AtomicBoolean memoryIsOut = new AtomicBoolean(true);
        // A table in memory calls it once before it applies the commit, to check for room.
        int before = mode == StorageMode.MEMORY || mode == StorageMode.LOGGED ? 1 : 0;
        AtomicInteger calls = new AtomicInteger();
        SecondaryKey<String> failing = value -> {
            if (memoryIsOut.get() && value.equals("too much") && calls.getAndIncrement() == before) {
                throw new OutOfMemoryError("thrown by the test");
            }
            return TestCodecs.NUMBERED.of(value);
        };
        store = Stores.open(StoreOptions.of(new EntryFormat<>(TestCodecs.TEXT, TestCodecs.TEXT, failing))
                .mode(mode, folder.resolve("data")));
        assertThatThrownBy(() -> store.commit(transaction -> {
                    transaction.put("b", "2");
                    transaction.put("c", "too much");
                    return true;
                }))
                .isInstanceOfAny(OutOfMemoryError.class, StoreException.OutcomeUnknown.class);
        assertThat(store.failure()).isInstanceOf(StoreException.ReadOnly.class);
        assertThatThrownBy(() -> store.put("d", "3")).isInstanceOf(StoreException.ReadOnly.class);
        assertThatThrownBy(() -> store.get("b")).isInstanceOf(StoreException.Damaged.class);
        assertThatThrownBy(() -> store.page(EntryPageRequest.all())).isInstanceOf(StoreException.Damaged.class);
        if (mode != StorageMode.MEMORY) {
            memoryIsOut.set(false);
            reopen();
            assertThat(keys(store.page(EntryPageRequest.all()))).containsExactly("a", "b", "c");
        }
    }

    @Test
    void keysUpTo_withLimitZeroChangesNothing() {
        store.put("a", "5:");
        assertThat(store.keysUpTo(100, 0)).isEmpty();
        assertThat(store.keysUpTo(100, 10)).containsExactly("a");
        assertThat(store.countAbove(100).keys()).isZero();
    }

    @Test
    void history_hasEveryCommitWithItsEffects() {
        store.put("a", "1");
        store.commit(transaction -> {
            transaction.put("b", "1");
            transaction.put("b", "2");
            transaction.delete("a", 7);
            return true;
        });
        assertThat(store.history(0))
                .containsExactly(
                        new Commit<>(1, List.of(new Commit.Effect<>("a", "1", 0))),
                        new Commit<>(
                                2,
                                List.of(
                                        new Commit.Effect<>("b", "1", 0),
                                        new Commit.Effect<>("b", "2", 0),
                                        new Commit.Effect<>("a", null, 7))));
        assertThat(store.history(1)).extracting(Commit::revision).containsExactly(2L);
        assertThat(store.history(2)).isEmpty();
        assertThat(store.oldestRevision()).isZero();
        assertThatThrownBy(() -> store.history(3)).isInstanceOf(StoreException.HistoryGone.class);
    }

    @Test
    void history_continuesPageByPage() {
        for (int i = 0; i < 40; i++) {
            store.put("k" + i % 3, "x".repeat(100_000));
        }
        List<Long> revisions = new ArrayList<>();
        for (List<Commit<String, String>> page = store.history(0); !page.isEmpty(); ) {
            assertThat(page.size()).isLessThan(15);
            page.forEach(commit -> revisions.add(commit.revision()));
            page = store.history(revisions.get(revisions.size() - 1));
        }
        assertThat(revisions).hasSize(40).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void observe_passesEveryCommitInOrderAfterItIsVisible() throws Exception {
        List<Long> told = Collections.synchronizedList(new ArrayList<>());
        AutoCloseable observing = store.observe(commit -> {
            assertThat(store.get("a")).isEqualTo(commit.effects().get(0).value());
            told.add(commit.revision());
        });
        store.put("a", "1");
        store.put("a", "2");
        store.delete("missing");
        assertThat(told).containsExactly(1L, 2L);
        observing.close();
        store.put("a", "3");
        assertThat(told).containsExactly(1L, 2L);
    }

    @Test
    void commit_ofManyThreads_losesNoIncrement() throws Exception {
        run(8, thread -> {
            for (int i = 0; i < 100; i++) {
                store.commit(transaction -> {
                    String old = transaction.get("n");
                    transaction.put("n", Integer.toString(old == null ? 1 : Integer.parseInt(old) + 1));
                    return true;
                });
            }
        });
        assertThat(store.get("n")).isEqualTo("800");
        assertThat(store.revision()).isEqualTo(800);
    }

    @Test
    void commit_ofSeveralKeys_isNeverSeenHalfApplied() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        store.put("a", "0");
        store.put("b", "0");
        run(3, thread -> {
            if (thread == 0) {
                for (int i = 1; i <= 300; i++) {
                    String value = Integer.toString(i);
                    store.commit(transaction -> {
                        transaction.put("a", value);
                        transaction.put("b", value);
                        return true;
                    });
                }
                done.set(true);
            } else {
                while (!done.get()) {
                    int a = Integer.parseInt(store.get("a"));
                    int b = Integer.parseInt(store.get("b"));
                    assertThat(b).as("b, read after a").isGreaterThanOrEqualTo(a);
                    EntryPage<String, String> page = store.page(EntryPageRequest.all());
                    assertThat(page.entries().get(0).getValue())
                            .isEqualTo(page.entries().get(1).getValue());
                }
            }
        });
    }

    @Test
    void commit_thatThrowsInAGroup_doesNotAffectTheOthers() throws Exception {
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            if (i % 3 != 0) {
                expected.put("k" + i, "v" + i);
            }
        }
        run(8, thread -> {
            for (int i = thread; i < 400; i += 8) {
                int n = i;
                try {
                    store.commit(transaction -> {
                        transaction.put("k" + n, "v" + n);
                        if (n % 3 == 0) {
                            throw new IllegalStateException("no");
                        }
                        return true;
                    });
                } catch (IllegalStateException e) {
                    assertThat(n % 3).isZero();
                }
            }
        });
        Map<String, String> found = new HashMap<>();
        store.entries().forEachRemaining(entry -> found.put(entry.getKey(), entry.getValue()));
        assertThat(found).isEqualTo(expected);
        assertThat(store.revision()).isEqualTo(expected.size());
    }

    @Test
    void commit_ofAnInterruptedThread_completesAndKeepsTheInterrupt() {
        Thread.currentThread().interrupt();
        store.put("a", "1");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.get("a")).isEqualTo("1");
    }

    @Test
    void history_afterClose_throwsClosed() {
        store.put("a", "1");
        store.close();
        assertThatThrownBy(() -> store.history(0)).isInstanceOf(StoreException.Closed.class);
    }

    @Test
    void reopen_findsEverythingThatWasCommitted() {
        store.put("a", "7:1");
        store.put("b", "2");
        store.delete("b");
        long epoch = store.epoch();
        reopen();
        if (mode == StorageMode.MEMORY) {
            assertThat(store.get("a")).isNull();
            assertThat(store.epoch()).isNotEqualTo(epoch);
            return;
        }
        assertThat(store.get("a")).isEqualTo("7:1");
        assertThat(store.get("b")).isNull();
        assertThat(store.size()).isEqualTo(1);
        assertThat(store.keysUpTo(7, 10)).containsExactly("a");
        assertThat(store.revision()).isEqualTo(3);
        assertThat(store.epoch()).isEqualTo(epoch);
        assertThat(store.history(0)).extracting(Commit::revision).containsExactly(1L, 2L, 3L);
        store.put("c", "3");
        assertThat(store.revision()).isEqualTo(4);
    }

    @Test
    void compact_isRefusedIfNoTableIsInFiles() {
        store.put("a", "1");
        if (mode == StorageMode.PERSISTENT || mode == StorageMode.CACHED) {
            store.compact();
        } else {
            assertThatThrownBy(() -> store.compact()).isInstanceOf(UnsupportedOperationException.class);
        }
        store.refuseCompaction();
        assertThat(store.put("a", "2")).isEqualTo("1");
    }

    @Test
    void checkpoint_keepsEverything() {
        if (mode == StorageMode.MEMORY) {
            assertThatThrownBy(() -> store.checkpoint()).isInstanceOf(UnsupportedOperationException.class);
            return;
        }
        store.put("a", "1");
        store.checkpoint();
        store.put("b", "2");
        store.checkpoint();
        store.checkpoint();
        store.put("a", "3");
        reopen();
        assertThat(store.get("a")).isEqualTo("3");
        assertThat(store.get("b")).isEqualTo("2");
        assertThat(store.revision()).isEqualTo(3);
    }

    @Test
    void history_isDroppedOldestFirst() {
        store.close();
        options = options.history(5, 1 << 20);
        store = Stores.open(options);
        for (int i = 0; i < 20; i++) {
            store.put("k", "v" + i);
            if (mode != StorageMode.MEMORY) {
                store.checkpoint();
                reopen(); // begins a new segment
            }
        }
        assertThat(store.oldestRevision()).isBetween(1L, 15L);
        assertThat(store.history(store.oldestRevision()))
                .extracting(Commit::revision)
                .startsWith(store.oldestRevision() + 1)
                .endsWith(20L);
        assertThatThrownBy(() -> store.history(0)).isInstanceOf(StoreException.HistoryGone.class);
    }

    private interface Task {
        void run(int thread) throws Exception;
    }

    private static void run(int threads, Task task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                running.add(executor.submit(() -> {
                    task.run(thread);
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
