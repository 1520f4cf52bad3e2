package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.store.Change;
import io.kvstore.store.Codec;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Compaction;
import io.kvstore.store.EntryFormat;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rebuilding the files of a table while it is used. */
@Tag("contract")
@ParameterizedClass
@EnumSource(names = {"PERSISTENT", "CACHED"})
class CompactionTest {

    private static final Path FOLDER = Path.of("/data");

    @Parameter
    StorageMode mode;

    private final SimulatedDisk disk = new SimulatedDisk();
    private final CompactedDisk compacted = new CompactedDisk(disk);
    private final NavigableMap<String, String> model = new TreeMap<>(TestCodecs.TEXT);
    private final List<Commit<String, String>> commits = new ArrayList<>();

    private CommitStore<String, String> open(Disk on) {
        return Stores.open(TestCodecs.options()
                .mode(mode, FOLDER)
                .cacheCapacity(50)
                .history(60, 1 << 20)
                .disk(on));
    }

    /** Returns a store most of whose entries were overwritten or deleted. */
    private CommitStore<String, String> fragmented() {
        Random random = new Random(1);
        CommitStore<String, String> store = open(compacted);
        store.observe(commits::add);
        for (int round = 0; round < 12; round++) {
            List<Change<String, String, Boolean>> puts = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String prefix = i % 5 == 0 ? i % 17 + ":" : "";
                puts.add(put("k" + i, prefix + StoredHistory.text(random, 800 + 300 * round)));
            }
            store.commitEach(puts);
        }
        store.commitEach(List.of(put("large", StoredHistory.text(random, 200_000))));
        store.checkpoint();
        List<Change<String, String, Boolean>> deletions = new ArrayList<>();
        for (int i = 0; i < 360; i++) {
            String key = "k" + i;
            deletions.add(transaction -> {
                transaction.delete(key);
                return true;
            });
            model.remove(key);
        }
        store.commitEach(deletions);
        return store;
    }

    private Change<String, String, Boolean> put(String key, String value) {
        model.put(key, value);
        return transaction -> {
            transaction.put(key, value);
            return true;
        };
    }

    private void check(CommitStore<String, String> store) {
        StoreReading reading = new StoreReading(store);
        reading.entries(model, List.of("k1", "k359", "k360", "k399", "large", "none"));
        long oldest = store.oldestRevision();
        reading.history(commits.subList((int) oldest, commits.size()));
        assertThat(reading.damaged()).isNull();
    }

    private List<String> pageFiles() throws IOException {
        return disk.list(FOLDER).stream()
                .map(path -> path.getFileName().toString())
                .filter(name -> name.startsWith("pages") || name.startsWith("FORMAT"))
                .sorted()
                .toList();
    }

    /** Returns the size of the copies that a checkpoint writes first, which a compaction does not count. */
    private long copiesBytes() throws IOException {
        long bytes = 0;
        for (Path path : disk.list(FOLDER)) {
            if (path.toString().endsWith(".dw")) {
                try (DiskFile file = disk.open(path, Disk.Access.READ)) {
                    bytes += file.size();
                }
            }
        }
        return bytes;
    }

    @Test
    void compact_shrinksTheFilesAndKeepsEverything() throws IOException {
        try (CommitStore<String, String> store = fragmented()) {
            long revision = store.revision();
            long epoch = store.epoch();
            long oldest = store.oldestRevision();
            long space = disk.spaceUsed() - copiesBytes();
            Compaction compaction = store.compact();
            assertThat(compaction.bytesAfter()).isLessThan(compaction.bytesBefore() / 2);
            assertThat(disk.spaceUsed() - copiesBytes())
                    .as("free space; only the files of the table changed")
                    .isEqualTo(space - compaction.bytesBefore() + compaction.bytesAfter());
            assertThat(store.revision()).isEqualTo(revision);
            assertThat(store.epoch()).isEqualTo(epoch);
            assertThat(store.oldestRevision()).isEqualTo(oldest);
            check(store);
            store.commitEach(List.of(put("k0", "3:back"), put("k360", "other")));
            check(store);
        }
        assertThat(pageFiles()).containsExactly("FORMAT", "pages-1", "pages-1.crc", "pages-1.dw");
        try (CommitStore<String, String> store = open(disk)) {
            StoreReading reading = new StoreReading(store);
            reading.entries(model, List.of("k0", "k360", "none"));
            assertThat(reading.damaged()).isNull();
            store.compact();
            reading.entries(model, List.of("k0", "k360", "none"));
            assertThat(reading.damaged()).isNull();
        }
        assertThat(pageFiles()).containsExactly("FORMAT", "pages-2", "pages-2.crc", "pages-2.dw");
    }

    @Test
    void compact_worksOnAnEmptyStoreAndWithoutNewCommits() {
        try (CommitStore<String, String> store = open(disk)) {
            store.compact();
            assertThat(store.size()).isZero();
            assertThat(store.revision()).isZero();
            store.put("a", "1");
        }
        try (CommitStore<String, String> store = open(disk)) {
            store.compact();
            assertThat(store.revision()).isEqualTo(1);
        }
        try (CommitStore<String, String> store = open(disk)) {
            assertThat(store.get("a")).isEqualTo("1");
            assertThat(store.revision()).isEqualTo(1);
        }
    }

    @Test
    void compact_duringAnotherCompaction_isRefused() {
        try (CommitStore<String, String> store = fragmented()) {
            List<Throwable> refused = new ArrayList<>();
            compacted.afterForces(() -> {
                try {
                    store.compact();
                } catch (StoreException e) {
                    refused.add(e);
                }
            });
            store.compact();
            assertThat(refused).isNotEmpty().allMatch(StoreException.CompactionRunning.class::isInstance);
            compacted.afterForces(() -> {});
            store.compact();
            check(store);
        }
    }

    /** A codec that blocks one thread when it decodes a value, until it is released. */
    private record Slow(Thread reader, CountDownLatch reading, CountDownLatch release) implements Codec<String> {
        @Override
        public int size(String text) {
            return TestCodecs.TEXT.size(text);
        }

        @Override
        public void encode(String text, DataOutput out) throws IOException {
            TestCodecs.TEXT.encode(text, out);
        }

        @Override
        public String decode(DataInput in, int size) throws IOException {
            if (Thread.currentThread() == reader) {
                reading.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
            }
            return TestCodecs.TEXT.decode(in, size);
        }
    }

    @Test
    void compact_keepsTheOldFilesWhileTheyAreRead() throws Exception {
        AtomicReference<CommitStore<String, String>> opened = new AtomicReference<>();
        FutureTask<String> read = new FutureTask<>(() -> opened.get().get("a"));
        Slow slow = new Slow(new Thread(read), new CountDownLatch(1), new CountDownLatch(1));
        try (CommitStore<String, String> store =
                Stores.open(StoreOptions.of(new EntryFormat<>(TestCodecs.TEXT, slow, TestCodecs.NUMBERED))
                        .mode(mode, FOLDER)
                        .cacheCapacity(1)
                        .disk(disk))) {
            opened.set(store);
            store.put("a", "1");
            store.put("b", "2");
            slow.reader().start();
            slow.reading().await();
            FutureTask<Compaction> compacting = new FutureTask<>(store::compact);
            new Thread(compacting).start();
            while (!compacting.isDone() && !waitsForReaders()) {
                Thread.onSpinWait();
            }
            long kept = StoredHistory.bytes(disk, FOLDER.resolve("pages")).length;
            assertThat(store.get("a")).isEqualTo("1");
            slow.release().countDown();
            assertThat(kept).isPositive();
            assertThat(read.get()).isEqualTo("1");
            compacting.get();
            assertThat(disk.exists(FOLDER.resolve("pages"))).isFalse();
        }
    }

    private static boolean waitsForReaders() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread ->
                        thread.getName().equals("kvstore-compact") && thread.getState() == Thread.State.TIMED_WAITING);
    }

    @Test
    void checkpoint_duringCompaction_keepsTheLog() {
        SimulatedDisk killed;
        try (CommitStore<String, String> store = fragmented()) {
            String text = "x".repeat(2 << 20); // nine of them take more than a segment of the log
            for (int i = 0; i < 9; i++) {
                model.put("big" + i % 3, i + text);
            }
            long revision = store.revision();
            compacted.afterForces(() -> {
                store.commitEach(List.of(put("k1", "beside " + store.revision())));
                for (int i = 0; i < 9 && store.revision() < revision + 10; i++) {
                    store.put("big" + i % 3, i + text);
                }
                store.checkpoint();
            });
            store.compact();
            compacted.afterForces(() -> {});
            check(store);
            store.checkpoint();
            assertThat(store.oldestRevision())
                    .as("the log, which is dropped once it is not needed")
                    .isGreaterThan(revision);
            killed = disk.copy();
        }
        try (CommitStore<String, String> store = open(killed)) {
            assertThat(store.get("k1")).isEqualTo(model.get("k1"));
            assertThat(store.size()).isEqualTo(model.size());
        }
    }

    @Test
    void refuseCompaction_cancelsTheOneInProgress() throws IOException {
        try (CommitStore<String, String> store = fragmented()) {
            compacted.afterForces(store::refuseCompaction);
            assertThatThrownBy(store::compact).isInstanceOf(StoreException.Closed.class);
            compacted.afterForces(() -> {});
            assertThat(pageFiles()).containsExactly("FORMAT", "pages", "pages.crc", "pages.dw");
            assertThatThrownBy(store::compact).isInstanceOf(StoreException.Closed.class);
            store.commitEach(List.of(put("k0", "after")));
            check(store);
        }
    }

    @Test
    void close_duringCompaction_cancelsIt() throws Exception {
        CommitStore<String, String> store = fragmented();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        AtomicReference<Thread> closer = new AtomicReference<>();
        compacted.afterForces(() -> {
            if (closer.get() != null) {
                return;
            }
            closer.set(new Thread(() -> {
                store.close();
                closed.complete(true);
            }));
            closer.get().start();
            while (closer.get().getState() != Thread.State.WAITING && !closed.isDone()) {
                Thread.onSpinWait();
            }
            assertThat(closed).as("close(), which waits for the compaction").isNotDone();
        });
        assertThatThrownBy(store::compact).isInstanceOf(StoreException.Closed.class);
        assertThat(closed.get()).isTrue();
        assertThat(pageFiles()).containsExactly("FORMAT", "pages", "pages.crc", "pages.dw");
        try (CommitStore<String, String> again = open(disk)) {
            assertThat(again.size()).isEqualTo(model.size());
            assertThat(again.get("large")).isEqualTo(model.get("large"));
        }
    }

    @Test
    void compact_leavesTheLastFreeSpaceToTheLog() throws IOException {
        try (CommitStore<String, String> store = fragmented()) {
            disk.limitSpace(disk.spaceUsed() + (20 << 20));
            assertThatThrownBy(store::compact)
                    .isInstanceOfSatisfying(
                            StoreException.CompactionFailed.class,
                            e -> assertThat(e.diskFull()).isTrue());
            assertThat(disk.full()).as("whether a write found no space").isFalse();
            assertThat(pageFiles()).containsExactly("FORMAT", "pages", "pages.crc", "pages.dw");
            assertThat(store.failure()).isNull();
            store.commitEach(List.of(put("k0", "after")));
            check(store);
            disk.heal();
            store.compact();
            check(store);
        }
    }

    @Test
    void open_afterACrashDuringCompaction_deletesItsFiles() throws IOException {
        List<SimulatedDisk> killed = new ArrayList<>();
        try (CommitStore<String, String> store = fragmented()) {
            compacted.afterForces(() -> killed.add(disk.copy()));
            store.compact();
        }
        assertThat(killed).hasSizeGreaterThan(5);
        for (SimulatedDisk left : killed) {
            open(left).close();
            assertThat(left.list(FOLDER).stream()
                            .filter(path -> path.getFileName().toString().matches("(pages|FORMAT).*"))
                            .map(path -> path.getFileName().toString())
                            .sorted())
                    .containsExactly("FORMAT", "pages", "pages.crc", "pages.dw");
        }
    }

    @Test
    void open_withAMissingGeneration_deletesNothing() throws IOException {
        try (CommitStore<String, String> store = open(disk)) {
            store.put("a", "1");
            store.compact();
        }
        String format = new String(StoredHistory.bytes(disk, FOLDER.resolve("FORMAT")), StandardCharsets.UTF_8);
        assertThat(format).isEqualTo("kvstore data folder\nversion 2\nlayout pages\nstate ready\ngeneration 1\n");
        for (String wrong : new String[] {"generation 3", "generation 0", "generation -1", "generatiom 1", ""}) {
            write(format.replace("generation 1", wrong));
            assertThatThrownBy(() -> open(disk)).isInstanceOf(StoreException.Damaged.class);
        }
        write(format.replace("version 2", "version 3"));
        assertThatThrownBy(() -> open(disk)).isInstanceOf(StoreException.CannotOpen.class);
        write(format);
        try (CommitStore<String, String> store = open(disk)) {
            assertThat(store.get("a")).isEqualTo("1");
        }
    }

    private void write(String format) throws IOException {
        try (DiskFile file = disk.open(FOLDER.resolve("FORMAT"), Disk.Access.CREATE)) {
            file.write(ByteBuffer.wrap(format.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }
}
