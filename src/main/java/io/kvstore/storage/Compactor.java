package io.kvstore.storage;

import io.kvstore.concurrent.Uninterruptibly;
import io.kvstore.storage.mapdb.MapDbTable;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Compaction;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/*
 * A thread copies a table in files into new files of the next generation (DataFolder):
 *
 *   1. From now on all commits after the present revision, R0, stay in the log, whichever checkpoint covers them.
 *   2. The rows are read page by page, as a listing reads them, while writers continue, and put into the new table. The
 *      rows come from different states. But an effect has the complete new value of a key, so replaying all commits
 *      after R0 in order produces exactly the state of the newest one.
 *   3. The commits after R0 are replayed from the log until the new table has caught up with the old one. A checkpoint
 *      of the new table is written, of R1. Its files and the log after R1 now hold the same state as the old files and
 *      the log.
 *   4. The commits since then are replayed; the last few of them on the committing thread, between two groups. Then the
 *      two tables are equal, readers and writers switch to the new one, and FORMAT is replaced by a file that names the
 *      next generation.
 *   5. After a checkpoint of the new table the log is dropped as usual again. When the last reader has left the old
 *      table, its files are truncated and deleted.
 *
 * A crash before FORMAT is replaced leaves the old files and the log; a crash after it leaves the new files and the
 * log. The log reaches back to R0, because none of it is dropped before step 5. Opening the store deletes the other
 * files.
 *
 * A failure before FORMAT is replaced discards the new files and changes nothing else. If replacing FORMAT fails, the
 * file may name either generation: the store accepts no more writes, and both tables and the log stay as they are.
 *
 * While rows are copied, the new table and its checkpoints have revision 0. If such a checkpoint were taken for the
 * store's, opening would fail because the log does not continue it, unless the log has every commit since the first.
 *
 * Writers that are faster than step 4 are delayed by it: the part on the committing thread grows with each attempt.
 */
/**
 * Rebuilds a table in new files while it is read and written; one compaction runs at a time. Needs disk space for both,
 * but leaves the last free space to the log.
 */
final class Compactor<K, V> implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Compactor.class.getName());
    private static final int COPY_ROWS = 250;
    private static final long COPY_BYTES = 1 << 20;
    private static final long REPLAY_BYTES = 1 << 20;
    private static final long SWITCH_BYTES = 64 << 10;
    private static final long NEAR_COMMITS = 1_000;
    private static final long DIRTY_BYTES_MAX = 16 << 20;
    private static final long FREE_BYTES_MIN = 32 << 20;

    /** Creates an empty table in files of a generation. */
    interface Creation<K, V> {
        MapDbTable<K, V> create(long generation) throws IOException;
    }

    private final ReplaceableTable<K, V> table;
    private final Creation<K, V> creation;
    private final CommitLog<K, V> log;
    private final CheckpointScheduler checkpoints;
    private final CommitQueue queue;
    private final WriteFailure failure;
    private final DataFolder folder;
    private @Nullable Thread running;
    private volatile boolean refusing;

    Compactor(
            ReplaceableTable<K, V> table,
            Creation<K, V> creation,
            CommitLog<K, V> log,
            CheckpointScheduler checkpoints,
            CommitQueue queue,
            WriteFailure failure,
            DataFolder folder) {
        this.table = table;
        this.creation = creation;
        this.log = log;
        this.checkpoints = checkpoints;
        this.queue = queue;
        this.failure = failure;
        this.folder = folder;
    }

    /** As {@link CommitStore#compact}. The calling thread accesses no file, so an interrupt of it is harmless. */
    Compaction compact() {
        try {
            return begin().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error known) {
                throw known;
            }
            throw e;
        }
    }

    private synchronized CompletableFuture<Compaction> begin() {
        if (refusing) {
            throw new StoreException.Closed();
        }
        if (running != null) {
            throw new StoreException.CompactionRunning();
        }
        CompletableFuture<Compaction> done = new CompletableFuture<>();
        Thread worker = new Thread(() -> run(done), "kvstore-compact");
        worker.setDaemon(true);
        running = worker;
        worker.start();
        return done;
    }

    private void run(CompletableFuture<Compaction> done) {
        Compaction compaction = null;
        Throwable thrown = null;
        try {
            compaction = rebuild();
        } catch (Throwable e) { // of any kind, because a caller waits for the result
            thrown = e;
        }
        synchronized (this) {
            running = null;
        }
        if (thrown == null) {
            done.complete(compaction);
        } else {
            done.completeExceptionally(toCaller(thrown));
        }
    }

    private Throwable toCaller(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof StoreException || cause instanceof Error) {
            return cause;
        }
        StoreException.ReadOnly failed = failure.get();
        return failed != null
                ? WriteFailure.readOnly(failed)
                : new StoreException.CompactionFailed(
                        "the store could not be compacted and continues unchanged: " + cause.getMessage(),
                        WriteFailure.isDiskFull(cause),
                        cause);
    }

    /** As {@link CommitStore#refuseCompaction}. */
    void refuse() {
        refusing = true;
    }

    private void checkNotRefused() {
        if (refusing) {
            throw new StoreException.Closed();
        }
    }

    private Compaction rebuild() throws IOException {
        ReplaceableTable.Holder<K, V> old = table.holder();
        long bytesBefore = old.table().fileBytes();
        MapDbTable<K, V> next = null;
        try {
            long from = queue.runBetweenGroups(this::keepLog);
            next = creation.create(folder.generation() + 1);
            copy(next, from);
            catchUp(next);
            checkpoint(next);
            catchUp(next);
            folder.prepareGeneration();
            replaceBy(next);
        } catch (IOException | RuntimeException | Error e) {
            abandon(next, e);
            throw e;
        }
        try {
            checkpoints.writeNow();
            queue.runBetweenGroups(this::releaseLog);
        } catch (RuntimeException | Error e) {
            old.table().close();
            throw e;
        }
        retire(old);
        return new Compaction(bytesBefore, next.fileBytes());
    }

    private long keepLog() {
        long revision = checkpoints.point().revision();
        log.keepAfter(revision);
        return revision;
    }

    private boolean releaseLog() {
        log.keepAfter(Long.MAX_VALUE);
        return true;
    }

    private void copy(MapDbTable<K, V> next, long from) throws IOException {
        EntryPageRequest<K> request = new EntryPageRequest<>(null, true, null, true, false, COPY_ROWS, COPY_BYTES);
        EntryPage<K, V> page;
        do {
            checkNotRefused();
            page = table.page(request);
            List<Commit.Effect<K, V>> rows = new ArrayList<>(page.entries().size());
            for (Map.Entry<K, V> row : page.entries()) {
                rows.add(new Commit.Effect<>(row.getKey(), row.getValue(), 0));
                request = request.after(row.getKey());
            }
            next.apply(List.of(new Commit<>(0, rows)));
            makeRoom(next);
        } while (!page.last());
        next.apply(List.of(new Commit<>(from, List.of())));
    }

    /** Replays commits into the new table until it is close to the old one, or gets no closer. */
    private void catchUp(MapDbTable<K, V> next) throws IOException {
        long behind = Long.MAX_VALUE;
        long before;
        do {
            before = behind;
            long upTo = queue.runBetweenGroups(checkpoints::point).revision();
            behind = upTo - next.revision();
            while (next.revision() < upTo) {
                checkNotRefused();
                replay(next, upTo, REPLAY_BYTES);
                makeRoom(next);
            }
        } while (behind > NEAR_COMMITS && behind < before);
    }

    private void replay(MapDbTable<K, V> next, long upTo, long bytes) throws IOException {
        long revision = next.revision();
        next.apply(log.read(revision, upTo, bytes)
                .orElseThrow(() ->
                        new IllegalStateException("the log no longer has the commits after revision " + revision)));
    }

    private void makeRoom(MapDbTable<K, V> next) throws IOException {
        if (next.dirtyBytes() >= DIRTY_BYTES_MAX) {
            checkpoint(next);
        }
    }

    /** May be called at any time: all commits that the new table has are durable in the log. */
    private void checkpoint(MapDbTable<K, V> next) throws IOException {
        long free = folder.freeBytes();
        long needed = 2 * next.dirtyBytes() + FREE_BYTES_MIN; // pages are written twice
        if (free < needed) {
            throw new IOException("No space left on the disk: compaction needs " + needed + " free bytes, including "
                    + FREE_BYTES_MIN + " reserved for the log, but the disk has " + free);
        }
        next.freeze().write();
    }

    private void replaceBy(MapDbTable<K, V> next) {
        for (long bytes = SWITCH_BYTES; ; bytes *= 2) {
            checkNotRefused();
            long bytesMax = bytes;
            if (queue.runBetweenGroups(() -> replaceIfEqual(next, bytesMax))) {
                return;
            }
        }
    }

    /** On the committing thread. */
    private boolean replaceIfEqual(MapDbTable<K, V> next, long bytes) throws IOException {
        Checkpointing.Point point = checkpoints.point();
        replay(next, point.revision(), bytes);
        if (next.revision() < point.revision()) {
            return false;
        }
        if (next.size() != point.size()) {
            throw new IllegalStateException(
                    "the copy has " + next.size() + " entries, but the table has " + point.size());
        }
        table.replace(next);
        try {
            folder.nextGeneration();
        } catch (IOException | RuntimeException | Error e) {
            failure.set(e); // final: which generation FORMAT names is unknown
        }
        return true;
    }

    private void abandon(@Nullable MapDbTable<K, V> next, Throwable cause) {
        try {
            if (next != null) {
                next.erase();
            }
            folder.deleteOtherGenerations();
        } catch (IOException | RuntimeException e) {
            logLeftovers(e);
            cause.addSuppressed(e);
        }
        queue.runBetweenGroups(this::releaseLog);
    }

    private void retire(ReplaceableTable.Holder<K, V> old) {
        old.awaitReaders();
        try {
            old.table().erase();
            folder.deleteOtherGenerations();
        } catch (IOException e) {
            logLeftovers(e);
        }
    }

    private static void logLeftovers(Exception cause) {
        LOG.log(
                System.Logger.Level.WARNING,
                "files of a compaction could not be deleted; they will be deleted when the store is opened again",
                cause);
    }

    /** Cancels a compaction in progress, and returns when it has closed its files. */
    @Override
    public void close() {
        refuse();
        Thread worker;
        synchronized (this) {
            worker = running;
        }
        if (worker != null) {
            Uninterruptibly.join(worker);
        }
    }
}
