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
 * A table in files is copied into new ones, of the next generation (DataFolder), by a thread of its own:
 *
 *   1. The log after the present revision, R0, is kept from now on, whatever checkpoint there is.
 *   2. The rows are read page by page beside the writers, as a listing reads them, and put into the new table. They are of
 *      no one state, but a commit says the whole new value of a key: doing all commits after R0 again, in order, gives the
 *      state of the newest of them exactly.
 *   3. The commits after R0 are read from the log and done again, until the new table is level with the old one, and a
 *      checkpoint of it is written, of R1: its files and the log after R1 are now as good as the old files and the log.
 *   4. The commits since are done too, and, on the committing thread between two groups, the last few. Then the two tables
 *      are equal, readers and writers go to the new one, and FORMAT is replaced by one that names the next generation.
 *   5. After a checkpoint of the new table the log may go again, and when the last reader has left the old table its files
 *      are cut to nothing and deleted.
 *
 * A crash before FORMAT was replaced leaves the old files and the log, and one after it the new files and the log, which
 * reaches back to R0: nothing of it goes before 5. What is left of the other files is deleted when the store is opened.
 *
 * Whatever fails before that step costs the new files and nothing else. When that step fails, FORMAT may name either: the
 * store takes no more writes, and both tables and the log stay as they are.
 *
 * While rows are copied the new table has revision 0, and so have its checkpoints. Should somebody take one for the store's,
 * the log does not follow it, unless it has every commit since the first.
 *
 * Writers that outrun 4 are held up by it: the part that is done on the committing thread becomes larger each time.
 */
/**
 * Rebuilds a table in new files, one time at a time, while it is read and written. Needs disk space for both, but leaves
 * the last of it to the log.
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

    /** Makes an empty table in files of a generation. */
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

    /** As {@link CommitStore#compact}. The caller touches no file, and may be interrupted. */
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
        } catch (Throwable e) { // whatever it is, somebody waits for it
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
                        "the store could not be compacted, and goes on as it was: " + cause.getMessage(),
                        WriteFailure.isDiskFull(cause),
                        cause);
    }

    /** As {@link CommitStore#refuseCompaction}. */
    void refuse() {
        refusing = true;
    }

    private void checkWanted() {
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
            checkWanted();
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

    /** Has the new table come up to the old one, or as near as it gets. */
    private void catchUp(MapDbTable<K, V> next) throws IOException {
        long behind = Long.MAX_VALUE;
        long before;
        do {
            before = behind;
            long upTo = queue.runBetweenGroups(checkpoints::point).revision();
            behind = upTo - next.revision();
            while (next.revision() < upTo) {
                checkWanted();
                replay(next, upTo, REPLAY_BYTES);
                makeRoom(next);
            }
        } while (behind > NEAR_COMMITS && behind < before);
    }

    private void replay(MapDbTable<K, V> next, long upTo, long bytes) throws IOException {
        long revision = next.revision();
        next.apply(log.read(revision, upTo, bytes)
                .orElseThrow(() -> new IllegalStateException("the log after revision " + revision + " is gone")));
    }

    private void makeRoom(MapDbTable<K, V> next) throws IOException {
        if (next.dirtyBytes() >= DIRTY_BYTES_MAX) {
            checkpoint(next);
        }
    }

    /** Everything that the table has is in the log, and that is on disk: so the table may be. */
    private void checkpoint(MapDbTable<K, V> next) throws IOException {
        long free = folder.freeBytes();
        long needed = 2 * next.dirtyBytes() + FREE_BYTES_MIN; // pages are written twice
        if (free < needed) {
            throw new IOException("No space left but " + free + " bytes, and going on takes " + needed
                    + ", of which the last " + FREE_BYTES_MIN + " are left to the log");
        }
        next.freeze().write();
    }

    private void replaceBy(MapDbTable<K, V> next) {
        for (long bytes = SWITCH_BYTES; ; bytes *= 2) {
            checkWanted();
            long bytesMax = bytes;
            if (queue.runBetweenGroups(() -> replaceIfLevel(next, bytesMax))) {
                return;
            }
        }
    }

    /** On the committing thread. */
    private boolean replaceIfLevel(MapDbTable<K, V> next, long bytes) throws IOException {
        Checkpointing.Point point = checkpoints.point();
        replay(next, point.revision(), bytes);
        if (next.revision() < point.revision()) {
            return false;
        }
        if (next.size() != point.size()) {
            throw new IllegalStateException("the copy has " + next.size() + " entries of " + point.size());
        }
        table.replace(next);
        try {
            folder.nextGeneration();
        } catch (IOException | RuntimeException | Error e) {
            failure.set(e); // there is no way back: whether it happened is unknown
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
            tellOfLeftovers(e);
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
            tellOfLeftovers(e);
        }
    }

    private static void tellOfLeftovers(Exception cause) {
        LOG.log(
                System.Logger.Level.WARNING,
                "files that a compaction left could not be deleted; they are when the store is opened again",
                cause);
    }

    /** Abandons what is under way, and returns when it has let go of the files. */
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
