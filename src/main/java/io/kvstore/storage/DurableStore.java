package io.kvstore.storage;

import io.kvstore.cache.LruCache;
import io.kvstore.store.Change;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Compaction;
import io.kvstore.store.Count;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.Snapshot;
import io.kvstore.store.StoreException;
import io.kvstore.store.StoreStats;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The store of the durable modes: a table, a log, and the thread that commits to both. */
final class DurableStore<K, V> implements CommitStore<K, V> {

    private final StoreOptions<K, V> options;
    private final Table<K, V> table;
    private final CommitLog<K, V> log;
    private final Checkpointing checkpointing;
    private final GroupCommit<K, V> groupCommit;
    private final CheckpointScheduler checkpoints;
    private final LogForcer forcer;
    private final WriteFailure failure;
    private final Observers<K, V> observers;
    private final @Nullable Compactor<K, V> compactor;
    private final SnapshotCodec<K, V> snapshots;
    private final @Nullable LruCache<K, V> cache;
    private final Closeable folder;
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * @param compactor null if the table is not in files
     * @param cache the cache of the table, or null if it has none
     */
    DurableStore(
            StoreOptions<K, V> options,
            Table<K, V> table,
            CommitLog<K, V> log,
            Checkpointing checkpointing,
            GroupCommit<K, V> groupCommit,
            CheckpointScheduler checkpoints,
            LogForcer forcer,
            WriteFailure failure,
            Observers<K, V> observers,
            @Nullable Compactor<K, V> compactor,
            SnapshotCodec<K, V> snapshots,
            @Nullable LruCache<K, V> cache,
            Closeable folder) {
        this.options = options;
        this.table = table;
        this.log = log;
        this.checkpointing = checkpointing;
        this.groupCommit = groupCommit;
        this.checkpoints = checkpoints;
        this.forcer = forcer;
        this.failure = failure;
        this.observers = observers;
        this.compactor = compactor;
        this.snapshots = snapshots;
        this.cache = cache;
        this.folder = folder;
    }

    @Override
    public @Nullable V get(K key) {
        checkOpen();
        return table.get(key);
    }

    @Override
    public <R> PendingCommit<R> begin(Change<K, V, R> change) {
        return groupCommit.begin(change);
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
        return log.epoch();
    }

    @Override
    public List<K> keysUpTo(long bound, int limit) {
        checkOpen();
        return table.keysUpTo(bound, limit);
    }

    /* Each call opens the files itself, so an interrupt of the caller closes no channel that another thread uses. */
    @Override
    public List<Commit<K, V>> history(long after) {
        checkOpen();
        long newest = table.revision();
        Optional<List<Commit<K, V>>> commits;
        try {
            commits = after <= newest ? log.read(after, newest, EntryPageRequest.BYTES) : Optional.empty();
        } catch (IOException e) {
            throw new StoreException.Damaged("the history cannot be read: " + e.getMessage(), e);
        }
        return commits.orElseThrow(() -> MemoryHistory.gone(after, log.oldestRevision(), newest));
    }

    @Override
    public long oldestRevision() {
        return log.oldestRevision();
    }

    @Override
    public AutoCloseable observe(Consumer<Commit<K, V>> observer) {
        return observers.add(Objects.requireNonNull(observer, "observer"));
    }

    @Override
    public void checkpoint() {
        checkpoints.writeNow();
    }

    @Override
    public Compaction compact() {
        if (compactor == null) {
            throw new UnsupportedOperationException(
                    "mode logged keeps its table in memory and writes whole snapshots, so it has no files to compact");
        }
        return compactor.compact();
    }

    @Override
    public void refuseCompaction() {
        if (compactor != null) {
            compactor.refuse();
        }
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
                options.durability(),
                log.bytes() + checkpointing.bytes(),
                revision(),
                oldestRevision(),
                options.historyChanges(),
                options.historyBytes(),
                epoch(),
                groupCommit.groups(),
                forcer.forces(),
                cacheStats(),
                failure());
    }

    private StoreStats.@Nullable CacheStats cacheStats() {
        if (cache == null) {
            return null;
        }
        LruCache.Stats stats = cache.stats();
        return new StoreStats.CacheStats(
                options.cacheCapacity(),
                stats.entries(),
                stats.bytes(),
                stats.hits(),
                stats.misses(),
                stats.evictions());
    }

    @Override
    public @Nullable StoreException failure() {
        return failure.get();
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        try {
            try {
                if (compactor != null) {
                    compactor.close();
                }
                groupCommit.stop();
            } finally {
                closed = true;
                table.close();
                folder.close();
            }
        } catch (IOException e) {
            throw new StoreException.OutcomeUnknown(
                    "the store could not be closed cleanly; a restart finds everything in its log: " + e.getMessage(),
                    WriteFailure.isDiskFull(e),
                    e);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new StoreException.Closed();
        }
    }
}
