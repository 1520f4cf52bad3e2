package io.kvstore.storage;

import io.kvstore.cache.LruCache;
import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.journal.Journal;
import io.kvstore.journal.JournalRecovery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens the store of a mode: the one place that knows which engine stands behind which. */
public final class Stores {

    private static final long SEGMENT_BYTES = 16 << 20;
    private static final int REPLAY_COMMITS = 1_000;
    private static final long WINDOW_BYTES = 1 << 30;
    private static final long DIRTY_BYTES_LEAST = 16 << 20;
    private static final long DIRTY_BYTES_MOST = 256 << 20;
    private static final int CACHE_SHARE = 4;
    private static final int CACHED_VALUE_SHARE = 100;
    private static final Checkpointing.Fence NO_FENCE = () -> {
        throw new IllegalStateException("a checkpoint of pages needs no fence");
    };

    private Stores() {}

    /**
     * Opens a store, making it when its folder is missing or empty. Takes time in proportion to what is kept in memory and
     * to the log since the last checkpoint: seconds at most.
     *
     * @throws StoreException.CannotOpen when the folder is another process's, of another mode, of a newer version, or not
     *     a store at all
     * @throws StoreException.Damaged when what is there is not what was written; nothing was deleted
     */
    public static <K, V> CommitStore<K, V> open(StoreOptions<K, V> options) {
        if (options.mode() == StorageMode.MEMORY) {
            return inMemory(options);
        }
        Path folder = options.folder();
        if (folder == null) {
            throw new IllegalArgumentException("mode " + options.mode().label() + " needs a folder");
        }
        try {
            StoreFolder locked = StoreFolder.open(options.disk(), folder, StoreFolder.Layout.of(options.mode()));
            try {
                return new Opening<>(options, locked).open();
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

    private static String describe(IOException e) {
        String message = e.getMessage();
        String kind = e.getClass().getSimpleName();
        return message == null ? kind : e.getClass() == IOException.class ? message : kind + ": " + message;
    }

    private static <K, V> CommitStore<K, V> inMemory(StoreOptions<K, V> options) {
        return new MemoryStore<>(
                new MemoryTable<>(options.keyCodec(), options.valueCodec(), options.rank(), 0),
                new MemoryHistory<>(
                        options.keyCodec(), options.valueCodec(), options.historyChanges(), options.historyBytes(), 0),
                options.random().getAsLong());
    }

    /** The opening of a durable store: the checkpoint, then the log after it. */
    private static final class Opening<K, V> {
        private final StoreOptions<K, V> options;
        private final StoreFolder folder;
        private final Disk disk;
        private final CommitCodec<K, V> codec;
        private final Journal.Settings settings;

        Opening(StoreOptions<K, V> options, StoreFolder folder) {
            this.options = options;
            this.folder = folder;
            this.disk = options.disk();
            this.codec = new CommitCodec<>(options.keyCodec(), options.valueCodec());
            this.settings = new Journal.Settings(
                    options.durability() == Durability.ALWAYS,
                    options.historyChanges(),
                    options.historyBytes(),
                    SEGMENT_BYTES,
                    options.random());
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
            MemoryTable<K, V> table = new MemoryTable<>(options.keyCodec(), options.valueCodec(), options.rank(), 0);
            SnapshotCodec<K, V> snapshots = new SnapshotCodec<>(options.keyCodec(), options.valueCodec(), codec);
            SnapshotCheckpointing.Loaded loaded = SnapshotCheckpointing.load(disk, folder.path(), table, snapshots);
            Replay replay = new Replay(table, null);
            Journal journal = journal(fresh, loaded.revision(), replay);
            return store(
                    table,
                    journal,
                    new SnapshotCheckpointing<>(disk, folder.path(), table, journal, snapshots, loaded.bytes()),
                    replay,
                    null);
        }

        private DurableStore<K, V> inPages(boolean fresh) throws IOException {
            ReplaceableTable<K, V> pages =
                    new ReplaceableTable<>(fresh ? createPages(folder.generation()) : openPages(folder.generation()));
            try {
                folder.deleteOtherGenerations();
                PageCheckpointing<K, V> checkpointing = new PageCheckpointing<>(pages, dirtyBytesMax());
                Replay replay = new Replay(pages, checkpointing);
                Journal journal = journal(fresh, pages.revision(), replay);
                Table<K, V> table = options.mode() == StorageMode.CACHED ? cached(pages) : pages;
                return store(table, journal, checkpointing, replay, pages);
            } catch (IOException | RuntimeException | Error e) {
                pages.close();
                throw e;
            }
        }

        private MapDbTable<K, V> createPages(long generation) throws IOException {
            return MapDbTable.create(
                    disk,
                    folder.path(),
                    StoreFolder.pages(generation),
                    options.keyCodec(),
                    options.valueCodec(),
                    options.rank(),
                    WINDOW_BYTES);
        }

        private MapDbTable<K, V> openPages(long generation) throws IOException {
            return MapDbTable.open(
                    disk,
                    folder.path(),
                    StoreFolder.pages(generation),
                    options.keyCodec(),
                    options.valueCodec(),
                    options.rank(),
                    WINDOW_BYTES);
        }

        private Table<K, V> cached(Table<K, V> table) {
            long heap = Runtime.getRuntime().maxMemory();
            return new CachedTable<>(
                    table,
                    new LruCache<>(
                            options.cacheCapacity(),
                            heap / CACHE_SHARE,
                            heap / CACHED_VALUE_SHARE,
                            (key, value) -> options.keyCodec().size(key)
                                    + (long) options.valueCodec().size(value)));
        }

        private static long dirtyBytesMax() {
            long heap = Runtime.getRuntime().maxMemory();
            return Math.max(DIRTY_BYTES_LEAST, Math.min(DIRTY_BYTES_MOST, heap / 4));
        }

        private Journal journal(boolean fresh, long checkpoint, Replay replay) throws IOException {
            if (fresh) {
                return Journal.create(disk, folder.path(), settings, checkpoint + 1);
            }
            JournalRecovery recovery = JournalRecovery.read(disk, folder.path(), checkpoint, replay);
            replay.finish();
            return recovery.open(settings);
        }

        /** @param pages what can be compacted; null where nothing can */
        private DurableStore<K, V> store(
                Table<K, V> table,
                Journal journal,
                Checkpointing checkpointing,
                Replay replay,
                @Nullable ReplaceableTable<K, V> pages) {
            Observers<K, V> observers = new Observers<>();
            Committer<K, V> committer = new Committer<>(
                    table, journal, codec, options.durability(), checkpointing, observers, System::nanoTime);
            committer.start(replay.changes, replay.bytes);
            Compactor<K, V> compactor =
                    pages == null ? null : new Compactor<>(pages, this::createPages, committer, journal, codec, folder);
            return new DurableStore<>(table, journal, codec, committer, observers, compactor, folder);
        }

        /** Applies what the log has after the checkpoint. */
        private final class Replay implements Journal.RecordReader {
            private final Table<K, V> table;
            private final @Nullable PageCheckpointing<K, V> checkpointing;
            private final List<Commit<K, V>> commits = new ArrayList<>();
            private long changes;
            private long bytes;

            /** @param checkpointing makes room in a table that is bounded; null where it is not */
            Replay(Table<K, V> table, @Nullable PageCheckpointing<K, V> checkpointing) {
                this.table = table;
                this.checkpointing = checkpointing;
            }

            @Override
            public void read(long revision, byte[] record, int offset, int size) throws IOException {
                Commit<K, V> commit = codec.read(revision, record, offset, size);
                commits.add(commit);
                changes += commit.effects().size();
                bytes += size;
                if (commits.size() == REPLAY_COMMITS) {
                    finish();
                }
            }

            void finish() throws IOException {
                table.apply(commits);
                commits.clear();
                if (checkpointing != null && checkpointing.isFull()) {
                    checkpointing.begin().write(NO_FENCE);
                    changes = 0;
                    bytes = 0;
                }
            }
        }
    }
}
