package io.kvstore.storage;

import io.kvstore.cache.LruCache;
import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.storage.mapdb.MapDbTable;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens stores: the one place that composes the engine of each mode. */
public final class Stores {

    private static final int REPLAY_COMMITS = 1_000;
    private static final long REPLAY_BYTES = 8 << 20;
    private static final Checkpointing.Fence NO_FENCE = () -> {
        throw new IllegalStateException("a checkpoint of pages needs no fence");
    };

    private Stores() {}

    /**
     * Opens a store. Creates it if its folder is missing or empty: empty, or from a snapshot. Takes time in proportion
     * to the data kept in memory and to the log since the last checkpoint, seconds at most; from a snapshot, in
     * proportion to the snapshot.
     *
     * <p>A snapshot is verified before anything is changed, and then read again to restore it. If the restore is
     * interrupted, the folder cannot be opened until a snapshot is restored into it.
     *
     * @throws StoreException.CannotOpen if the folder is in use by another process, belongs to another mode, has a
     *     newer version, or is not a data folder; or, with a snapshot, if the folder has a store, or the snapshot
     *     cannot be read
     * @throws StoreException.Damaged if a file is damaged or missing; nothing was deleted
     */
    public static <K, V> CommitStore<K, V> open(StoreOptions<K, V> options) {
        return open(options, StoreBounds.of(Runtime.getRuntime().maxMemory()));
    }

    static <K, V> CommitStore<K, V> open(StoreOptions<K, V> options, StoreBounds bounds) {
        SnapshotCodec<K, V> snapshots = new SnapshotCodec<>(options.format());
        Path restore = options.restore();
        SnapshotFile<K, V> given = restore == null ? null : new SnapshotFile<>(options.disk(), restore, snapshots);
        if (options.mode() == StorageMode.MEMORY) {
            return inMemory(options, bounds, snapshots, given);
        }
        Path folder = options.folder();
        if (folder == null) {
            throw new IllegalArgumentException("mode " + options.mode().label() + " needs a folder");
        }
        try {
            if (given != null) {
                DataFolder.refuseStore(options.disk(), folder);
                given.verify();
            }
            DataFolder locked =
                    DataFolder.open(options.disk(), folder, FolderFormat.Layout.of(options.mode()), given != null);
            try {
                return new Opening<>(options, bounds, locked, snapshots, given).open();
            } catch (IOException | RuntimeException | Error e) {
                locked.close();
                throw e;
            }
        } catch (DamageException e) {
            throw new StoreException.Damaged(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new StoreException.CannotOpen(folder + " cannot be opened: " + describe(e), e);
        }
    }

    /** Returns a description of a failure for a message. */
    static String describe(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied: " + e.getMessage();
        }
        if (e instanceof FileAlreadyExistsException) {
            return e.getMessage() + " is not a folder";
        }
        if (e instanceof NoSuchFileException) {
            return e.getMessage() + " does not exist";
        }
        String message = e.getMessage();
        String kind = e.getClass().getSimpleName();
        return message == null ? kind : e.getClass() == IOException.class ? message : kind + ": " + message;
    }

    private static <K, V> CommitStore<K, V> inMemory(
            StoreOptions<K, V> options,
            StoreBounds bounds,
            SnapshotCodec<K, V> snapshots,
            @Nullable SnapshotFile<K, V> given) {
        MemoryTable<K, V> table = new MemoryTable<>(options.format(), bounds.table());
        if (given != null) {
            table.beginFilling();
            given.readInto(table, table::applyOne);
            table.endFilling();
        }
        MemoryHistory<K, V> history = new MemoryHistory<>(
                options.format(),
                options.historyChanges(),
                Math.min(options.historyBytes(), bounds.history()),
                table.revision());
        return new MemoryStore<>(options, table, history, snapshots);
    }

    /** Opens a durable store: reads the checkpoint, then replays the log after it. */
    private static final class Opening<K, V> {
        private final StoreOptions<K, V> options;
        private final StoreBounds bounds;
        private final DataFolder folder;
        private final Disk disk;
        private final SnapshotCodec<K, V> snapshots;
        private final @Nullable SnapshotFile<K, V> given;
        private @Nullable LruCache<K, V> cache;

        /** @param given the snapshot from which the store is created, or null */
        Opening(
                StoreOptions<K, V> options,
                StoreBounds bounds,
                DataFolder folder,
                SnapshotCodec<K, V> snapshots,
                @Nullable SnapshotFile<K, V> given) {
            this.options = options;
            this.bounds = bounds;
            this.folder = folder;
            this.snapshots = snapshots;
            this.given = given;
            this.disk = options.disk();
        }

        CommitStore<K, V> open() throws IOException {
            boolean fresh = !folder.isReady();
            if (fresh) {
                folder.clear();
            }
            DurableStore<K, V> store = options.mode() == StorageMode.LOGGED ? inSnapshots(fresh) : inPages(fresh);
            if (fresh) {
                try {
                    folder.setReady();
                } catch (IOException | RuntimeException | Error e) {
                    store.close();
                    throw e;
                }
            }
            return store;
        }

        private DurableStore<K, V> inSnapshots(boolean fresh) throws IOException {
            MemoryTable<K, V> table = new MemoryTable<>(options.format(), bounds.table());
            if (given != null) {
                SnapshotCheckpointing.adopt(disk, folder.path(), given);
            }
            table.beginFilling();
            SnapshotCheckpointing.Newest newest = SnapshotCheckpointing.load(disk, folder.path(), table, snapshots);
            Replay replay = new Replay(table, null);
            CommitLog<K, V> log = log(fresh, newest.revision(), replay);
            table.endFilling();
            return store(
                    table,
                    log,
                    new SnapshotCheckpointing<>(disk, folder.path(), table, log, snapshots, newest.bytes()),
                    replay,
                    null);
        }

        private DurableStore<K, V> inPages(boolean fresh) throws IOException {
            ReplaceableTable<K, V> pages =
                    new ReplaceableTable<>(fresh ? createPages(folder.generation()) : openPages(folder.generation()));
            try {
                folder.deleteOtherGenerations();
                PageCheckpointing<K, V> checkpointing = new PageCheckpointing<>(pages, bounds.changedPages());
                if (given != null) {
                    restore(given, pages, checkpointing);
                }
                Replay replay = new Replay(pages, checkpointing);
                CommitLog<K, V> log = log(fresh, pages.revision(), replay);
                Table<K, V> table = options.mode() == StorageMode.CACHED ? cached(pages) : pages;
                return store(table, log, checkpointing, replay, pages);
            } catch (IOException | RuntimeException | Error e) {
                pages.close();
                throw e;
            }
        }

        private MapDbTable<K, V> createPages(long generation) throws IOException {
            return MapDbTable.create(
                    disk, folder.path(), DataFolder.pages(generation), options.format(), bounds.pageWindow());
        }

        private MapDbTable<K, V> openPages(long generation) throws IOException {
            return MapDbTable.open(
                    disk, folder.path(), DataFolder.pages(generation), options.format(), bounds.pageWindow());
        }

        /**
         * Fills a new table. Nothing of the snapshot is in the log; the store opens only after the last checkpoint is
         * durable.
         */
        private void restore(SnapshotFile<K, V> snapshot, Table<K, V> table, Checkpointing checkpointing)
                throws IOException {
            snapshot.readInto(table, commit -> {
                table.apply(List.of(commit));
                if (checkpointing.isFull()) {
                    checkpointing.begin().write(NO_FENCE);
                }
            });
            checkpointing.begin().write(NO_FENCE);
        }

        private Table<K, V> cached(Table<K, V> table) {
            LruCache<K, V> entries = new LruCache<>(
                    options.cacheCapacity(),
                    bounds.cache(),
                    bounds.cachedValue(),
                    (key, value) -> options.format().keyCodec().size(key)
                            + (long) options.format().valueCodec().size(value));
            cache = entries;
            return new CachedTable<>(table, entries);
        }

        private CommitLog<K, V> log(boolean fresh, long checkpoint, Replay replay) throws IOException {
            if (fresh) {
                return JournalCommitLog.create(options, bounds, checkpoint + 1);
            }
            JournalCommitLog.Recovery<K, V> recovery = JournalCommitLog.recover(options, bounds, checkpoint);
            replay.run(recovery);
            return recovery.open();
        }

        /** @param pages the table that can be compacted, or null if none can */
        private DurableStore<K, V> store(
                Table<K, V> table,
                CommitLog<K, V> log,
                Checkpointing checkpointing,
                Replay replay,
                @Nullable ReplaceableTable<K, V> pages) {
            WriteFailure failure = new WriteFailure();
            Observers<K, V> observers = new Observers<>();
            CommitQueue queue = new CommitQueue();
            LogForcer forcer = new LogForcer(log, options.durability(), failure, System::nanoTime);
            CheckpointScheduler checkpoints = new CheckpointScheduler(
                    table, log, forcer, checkpointing, queue, failure, replay.changes, replay.bytes);
            GroupCommit<K, V> groupCommit =
                    new GroupCommit<>(table, log, forcer, bounds.commit(), checkpoints, observers, queue, failure);
            groupCommit.start();
            Compactor<K, V> compactor = pages == null
                    ? null
                    : new Compactor<>(pages, this::createPages, log, checkpoints, queue, failure, folder);
            return new DurableStore<>(
                    options,
                    table,
                    log,
                    checkpointing,
                    groupCommit,
                    checkpoints,
                    forcer,
                    failure,
                    observers,
                    compactor,
                    snapshots,
                    cache,
                    folder);
        }

        /** Applies the commits that the log has after the checkpoint. */
        private final class Replay {
            private final Table<K, V> table;
            private final @Nullable PageCheckpointing<K, V> checkpointing;
            private final List<Commit<K, V>> commits = new ArrayList<>();
            private long commitsBytes;
            private long changes;
            private long bytes;

            /** @param checkpointing makes room in a table of bounded memory; null if the table has no bound */
            Replay(Table<K, V> table, @Nullable PageCheckpointing<K, V> checkpointing) {
                this.table = table;
                this.checkpointing = checkpointing;
            }

            void run(JournalCommitLog.Recovery<K, V> recovery) throws IOException {
                recovery.replay((commit, size) -> {
                    commits.add(commit);
                    changes += commit.effects().size();
                    bytes += size;
                    commitsBytes += size;
                    if (commits.size() == REPLAY_COMMITS || commitsBytes >= REPLAY_BYTES) {
                        apply(recovery);
                    }
                });
                apply(recovery);
            }

            private void apply(JournalCommitLog.Recovery<K, V> recovery) throws IOException {
                table.apply(commits);
                commits.clear();
                commitsBytes = 0;
                if (checkpointing != null && checkpointing.isFull()) {
                    recovery.force(); // the table on disk must never be ahead of the log
                    checkpointing.begin().write(NO_FENCE);
                    changes = 0;
                    bytes = 0;
                }
            }
        }
    }
}
