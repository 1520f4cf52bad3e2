package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Durability;
import io.kvstore.store.Snapshot;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Snapshots of a store of every mode, restored into a store of every mode. */
@Tag("contract")
@Timeout(120)
@ParameterizedClass
@EnumSource(StorageMode.class)
class SnapshotTest {

    private static final int WRITERS = 8;

    private final StorageMode mode;

    @TempDir
    Path folder;

    private final List<Commit<String, String>> commits = Collections.synchronizedList(new ArrayList<>());
    private CommitStore<String, String> store;

    SnapshotTest(StorageMode mode) {
        this.mode = mode;
    }

    private StoreOptions<String, String> options(StorageMode mode, String name) {
        return TestCodecs.options()
                .mode(mode, mode == StorageMode.MEMORY ? null : folder.resolve(name))
                .durability(Durability.NEVER)
                .cacheCapacity(10);
    }

    private void open(long historyChanges) {
        store = Stores.open(options(mode, "source").history(historyChanges, 64 << 20));
        store.observe(commits::add);
    }

    @BeforeEach
    void open() {
        open(100_000);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Path file(byte[] snapshot) throws IOException {
        return Files.write(folder.resolve("snapshot"), snapshot);
    }

    private static byte[] snapshot(CommitStore<String, String> store) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.snapshot().writeTo(out);
        return out.toByteArray();
    }

    /** Returns the contents of the source after a commit, computed from the observed commits. */
    private NavigableMap<String, String> state(long revision) {
        NavigableMap<String, String> state = new TreeMap<>(TestCodecs.TEXT);
        for (Commit<String, String> commit : List.copyOf(commits).subList(0, (int) revision)) {
            for (Commit.Effect<String, String> effect : commit.effects()) {
                if (effect.value() == null) {
                    state.remove(effect.key());
                } else {
                    state.put(effect.key(), effect.value());
                }
            }
        }
        return state;
    }

    private static NavigableMap<String, String> entries(CommitStore<String, String> store) {
        NavigableMap<String, String> entries = new TreeMap<>(TestCodecs.TEXT);
        store.entries().forEachRemaining(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    private static String text(Random random) {
        return (random.nextBoolean() ? random.nextInt(1_000) + ":" : "") + "x".repeat(random.nextInt(150));
    }

    private static void change(CommitStore<String, String> store, Random random) {
        store.commit(transaction -> {
            for (int i = random.nextInt(8) == 0 ? 5 : 1; i > 0; i--) {
                String key = "key" + random.nextInt(2_500);
                if (random.nextInt(3) == 0) {
                    transaction.delete(key);
                } else {
                    transaction.put(key, text(random));
                }
            }
            return null;
        });
    }

    /** An output during whose writes commits are made. */
    private final class InterruptedStream extends OutputStream {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Semaphore committed = new Semaphore(0);
        private volatile long lastSeen;

        InterruptedStream() {
            // The observer runs after the revision has increased, so it may see commits from before a write during it.
            store.observe(commit -> {
                lastSeen = commit.revision();
                committed.release();
            });
        }

        @Override
        public void write(int b) {
            throw new AssertionError("a snapshot is written in large pieces");
        }

        @Override
        public void write(byte[] from, int start, int length) {
            bytes.write(from, start, length);
            long target = store.revision() + WRITERS;
            while (lastSeen < target) {
                committed.acquireUninterruptibly();
            }
        }
    }

    @Test
    void snapshot_duringWritesHasTheStateOfItsRevision() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        store.commit(transaction -> {
            for (int i = 0; i < 2_000; i++) {
                transaction.put("key" + i, text(random));
            }
            return null;
        });
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Random own = new Random(seed + i);
            writers.add(CompletableFuture.runAsync(
                    () -> {
                        while (!stop.get()) {
                            change(store, own);
                        }
                    },
                    command -> new Thread(command, "writer").start()));
        }
        InterruptedStream out = new InterruptedStream();
        long from;
        long revision;
        try {
            Snapshot snapshot = store.snapshot();
            from = snapshot.from();
            revision = snapshot.writeTo(out);
        } finally {
            stop.set(true);
            writers.forEach(CompletableFuture::join);
        }
        assertThat(revision).as("commits while the snapshot was written").isGreaterThanOrEqualTo(from + WRITERS);
        Path file = file(out.bytes.toByteArray());
        NavigableMap<String, String> expected = state(revision);
        for (StorageMode target : StorageMode.values()) {
            String what = "seed " + seed + ", revision " + revision + ", restored into mode " + target.label();
            StoreOptions<String, String> options = options(target, "target" + target.number());
            try (CommitStore<String, String> restored = Stores.open(options.restore(file))) {
                check(restored, expected, revision, what);
            }
            if (target != StorageMode.MEMORY) {
                try (CommitStore<String, String> reopened = Stores.open(options)) {
                    check(reopened, expected, revision, what + ", reopened");
                }
            }
        }
    }

    private static void check(
            CommitStore<String, String> restored, NavigableMap<String, String> expected, long revision, String what) {
        assertThat(restored.revision()).as(what).isEqualTo(revision);
        assertThat(entries(restored)).as(what).isEqualTo(expected);
        assertThat(restored.size()).as(what).isEqualTo(expected.size());
        expected.forEach((key, value) -> assertThat(restored.get(key)).as(what).isEqualTo(value));
        assertThat(restored.keysUpTo(500, Integer.MAX_VALUE))
                .as(what)
                .hasSameElementsAs(expected.keySet().stream()
                        .filter(key -> TestCodecs.NUMBERED.of(expected.get(key)) <= 500)
                        .toList());
    }

    @Test
    void restored_continuesAtTheRevisionWithANewEpoch() throws IOException {
        for (int i = 0; i < 5; i++) {
            store.put("a", "value " + i);
        }
        Path file = file(snapshot(store));
        for (StorageMode target : StorageMode.values()) {
            StoreOptions<String, String> options = options(target, "target" + target.number());
            try (CommitStore<String, String> restored = Stores.open(options.restore(file))) {
                assertThat(restored.epoch()).isNotEqualTo(store.epoch());
                assertThat(restored.oldestRevision()).isEqualTo(5);
                assertThat(restored.history(5)).isEmpty();
                assertThatThrownBy(() -> restored.history(4)).isInstanceOf(StoreException.HistoryGone.class);
                restored.put("b", "new");
                assertThat(restored.revision()).isEqualTo(6);
                assertThat(restored.history(5))
                        .singleElement()
                        .satisfies(commit -> assertThat(commit.revision()).isEqualTo(6));
                assertThat(snapshot(restored)).isNotEmpty();
            }
            if (target != StorageMode.MEMORY) {
                try (CommitStore<String, String> reopened = Stores.open(options)) {
                    assertThat(entries(reopened)).hasSize(2).containsEntry("b", "new");
                    assertThat(reopened.revision()).isEqualTo(6);
                }
            }
        }
    }

    @Test
    void restored_ofAnEmptyStoreIsEmpty() throws IOException {
        store.put("a", "1");
        store.delete("a");
        Path file = file(snapshot(store));
        for (StorageMode target : StorageMode.values()) {
            try (CommitStore<String, String> restored =
                    Stores.open(options(target, "target" + target.number()).restore(file))) {
                assertThat(restored.size()).isZero();
                assertThat(restored.revision()).isEqualTo(2);
            }
        }
    }

    @Test
    void snapshot_keepsValuesLargerThanAPage() throws IOException {
        String large = "7:" + "large".repeat(300_000);
        store.put("a", large);
        store.put("b", "");
        Path file = file(snapshot(store));
        for (StorageMode target : StorageMode.values()) {
            try (CommitStore<String, String> restored =
                    Stores.open(options(target, "target" + target.number()).restore(file))) {
                assertThat(restored.get("a")).isEqualTo(large);
                assertThat(restored.get("b")).isEmpty();
            }
        }
    }

    @Test
    void snapshot_thatIsReadTooSlowlyFailsAndIsRefused() throws IOException {
        store.close();
        commits.clear();
        open(10);
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 3; i++) {
            store.put("key" + i, large);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] from, int start, int length) {
                super.write(from, start, length);
                if (commits.size() < 30) {
                    outrun();
                }
            }
        };
        Snapshot snapshot = store.snapshot();
        assertThatThrownBy(() -> snapshot.writeTo(out))
                .isInstanceOf(StoreException.HistoryGone.class)
                .hasMessageContaining("slowly");
        Path file = file(out.toByteArray());
        for (StorageMode target : StorageMode.values()) {
            assertThatThrownBy(() -> Stores.open(
                            options(target, "target" + target.number()).restore(file)))
                    .isInstanceOf(StoreException.Damaged.class)
                    .hasMessageContaining(file + " is damaged at offset ")
                    .hasMessageContaining("the snapshot is incomplete");
        }
    }

    /** Makes more changes than the history and a segment of the log hold. */
    private void outrun() {
        String large = "y".repeat(1 << 20);
        for (int i = 0; i < 30; i++) {
            store.put("other", large);
        }
        if (mode != StorageMode.MEMORY) {
            store.checkpoint();
        }
    }
}
