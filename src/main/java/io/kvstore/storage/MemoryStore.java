package io.kvstore.storage;

import io.kvstore.store.Change;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Compaction;
import io.kvstore.store.Count;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.HistogramCounts;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.Snapshot;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import io.kvstore.store.StoreStats;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The store of {@link StorageMode#MEMORY}: commits run on the thread of the caller, one at a time. */
final class MemoryStore<K, V> implements CommitStore<K, V> {

    private static final HistogramCounts NO_FORCES = new Histogram(LogForcer.FORCE_BOUNDS).read();

    private final StoreOptions<K, V> options;
    private final MemoryTable<K, V> table;
    private final MemoryHistory<K, V> history;
    private final Observers<K, V> observers = new Observers<>();
    private final ReentrantLock committing = new ReentrantLock();
    private final SnapshotCodec<K, V> snapshots;
    private final TableTransaction<K, V> transaction;
    private final long epoch;

    /** Guarded by {@code committing}. */
    private final Histogram groups = new Histogram(GroupCommit.GROUP_BOUNDS);

    private volatile StoreException.@Nullable ReadOnly failure;
    private volatile boolean closed;

    MemoryStore(
            StoreOptions<K, V> options,
            MemoryTable<K, V> table,
            MemoryHistory<K, V> history,
            SnapshotCodec<K, V> snapshots) {
        this.options = options;
        this.table = table;
        this.history = history;
        this.snapshots = snapshots;
        this.epoch = options.random().getAsLong();
        this.transaction = new TableTransaction<>(table);
    }

    @Override
    public @Nullable V get(K key) {
        checkOpen();
        return table.get(key);
    }

    @Override
    public <R> R commit(Change<K, V, R> change) {
        committing.lock();
        try {
            checkOpen();
            StoreException.ReadOnly failed = failure;
            if (failed != null) {
                throw new StoreException.ReadOnly(String.valueOf(failed.getMessage()), false, failed);
            }
            R result = change.apply(transaction);
            Commit<K, V> commit = transaction.commit();
            if (commit != null) {
                table.checkRoom(commit);
                apply(commit);
            }
            return result;
        } finally {
            transaction.rollback();
            transaction.beginGroup();
            committing.unlock();
        }
    }

    private void apply(Commit<K, V> commit) {
        try {
            history.add(commit); // first: a reader that sees the change may read its history
            table.applyOne(commit);
            groups.add(1);
            observers.notifyAll(commit);
        } catch (RuntimeException | Error e) { // memory ran out, so the state of the table is unknown
            failure = new StoreException.ReadOnly(
                    "a change was applied only partly, so the store accepts no writes until it is restarted: " + e,
                    false,
                    e);
            throw e;
        }
    }

    /** Commits before it returns; {@link PendingCommit#join} throws the exception of a change that failed. */
    @Override
    public <R> PendingCommit<R> begin(Change<K, V, R> change) {
        try {
            R result = commit(change);
            return () -> result;
        } catch (StoreException.Closed e) {
            throw e;
        } catch (RuntimeException e) {
            return () -> {
                throw e;
            };
        }
    }

    @Override
    public EntryPage<K, V> page(EntryPageRequest<K> request) {
        checkOpen();
        return table.page(request);
    }

    @Override
    public EntryPage<K, Long> secondaryKeys(EntryPageRequest<K> request) {
        checkOpen();
        return table.secondaryKeys(request);
    }

    @Override
    public Count countAbove(long bound) {
        checkOpen();
        return table.countAbove(bound);
    }

    @Override
    public long size() {
        checkOpen();
        return table.size();
    }

    @Override
    public long revision() {
        return table.revision();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public List<K> keysUpTo(long bound, int limit) {
        checkOpen();
        return table.keysUpTo(bound, limit);
    }

    @Override
    public List<Commit<K, V>> history(long after) {
        checkOpen();
        return history.after(after, table.revision());
    }

    @Override
    public long oldestRevision() {
        return history.oldest();
    }

    @Override
    public AutoCloseable observe(Consumer<Commit<K, V>> observer) {
        return observers.add(Objects.requireNonNull(observer, "observer"));
    }

    @Override
    public void checkpoint() {
        throw new UnsupportedOperationException("mode memory keeps nothing on disk, so it has no checkpoints");
    }

    @Override
    public Compaction compact() {
        throw new UnsupportedOperationException("mode memory keeps nothing on disk, so it has no files to compact");
    }

    @Override
    public void refuseCompaction() {
        // this mode has no compaction
    }

    @Override
    public Snapshot snapshot() {
        checkOpen();
        return new PagedSnapshot<>(this, snapshots);
    }

    @Override
    public StoreStats stats() {
        return new StoreStats(
                options.mode(),
                null,
                0,
                revision(),
                oldestRevision(),
                options.historyChanges(),
                options.historyBytes(),
                epoch,
                groups.read(),
                NO_FORCES,
                null,
                failure);
    }

    @Override
    public @Nullable StoreException failure() {
        return failure;
    }

    @Override
    public void close() {
        committing.lock();
        try {
            closed = true;
        } finally {
            committing.unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new StoreException.Closed();
        }
    }
}
