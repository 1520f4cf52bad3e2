package io.kvstore.storage;

import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.DiskInputStream;
import io.kvstore.journal.JournalCheck;
import io.kvstore.journal.SnapshotReader;
import io.kvstore.pages.PagedFile;
import io.kvstore.storage.mapdb.MapDbTable;
import io.kvstore.store.Commit;
import io.kvstore.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole data folder that no server has open, and reports on each file. Changes nothing, and locks the folder
 * against servers in the meantime.
 *
 * <p>Finds all damage that makes a server refuse the folder, or that a server would report later. Also finds damage
 * that no server would read, such as a damaged page that is not in use. The state that a killed process leaves is not
 * damage. Reads all files; for a folder with snapshots, it keeps all keys in memory.
 *
 * <p>Not thread-safe.
 */
public final class StoreCheck<K, V> {

    /** The state of a file or of the folder. */
    public enum State {
        /** As it was written, or as a crash may leave it. */
        WHOLE,
        /** Not needed: left behind by something that was interrupted, or not a file of the store. */
        LEFT_OVER,
        /** Not what was written, or missing. */
        DAMAGED
    }

    /**
     * A finding.
     *
     * @param file the file concerned, or the folder if the finding concerns several files
     * @param what a human-readable description, not a complete sentence
     */
    public record Finding(Path file, State state, String what) {}

    private static final int REPORTED_MAX = 20;

    private final StoreOptions<K, V> options;
    private final Disk disk;
    private final Path folder;
    private final SnapshotCodec<K, V> snapshots;
    private final Consumer<Finding> findings;

    private StoreCheck(StoreOptions<K, V> options, Path folder, Consumer<Finding> findings) {
        this.options = options;
        this.disk = options.disk();
        this.folder = folder;
        this.snapshots = new SnapshotCodec<>(options.format());
        this.findings = findings;
    }

    /**
     * Checks a folder.
     *
     * @param options the folder, the entry format and the disk; the mode does not matter
     * @param findings receives the findings, file by file
     * @throws StoreException.CannotOpen if the folder is in use, is not a data folder, or cannot be read
     */
    public static <K, V> void run(StoreOptions<K, V> options, Consumer<Finding> findings) {
        Path folder = Objects.requireNonNull(options.folder(), "folder");
        try (Closeable lock = DataFolder.lockToRead(options.disk(), folder)) {
            Objects.requireNonNull(lock);
            new StoreCheck<>(options, folder, findings).run();
        } catch (IOException e) {
            throw new StoreException.CannotOpen(folder + " cannot be read: " + Stores.describe(e), e);
        }
    }

    private void run() throws IOException {
        FolderFormat format;
        Path file = folder.resolve(DataFolder.FORMAT);
        try {
            format = FolderFormat.read(disk, file);
        } catch (StoreException e) {
            damaged(file, String.valueOf(e.getMessage()));
            return;
        }
        switch (format.state()) {
            case READY -> whole(file, "a store of the " + format.layout().modes());
            case CREATING -> {
                whole(file, "a store whose creation was interrupted; a server creates it again");
                return;
            }
            case RESTORING -> {
                damaged(file, "restoring a snapshot into this folder was interrupted; restore it again");
                return;
            }
        }
        boolean pages = format.layout() == FolderFormat.Layout.PAGES;
        String name = DataFolder.pages(format.generation());
        Long checkpoint = pages ? checkPages(name) : checkSnapshots();
        checkJournal(checkpoint);
        for (Path each : sorted()) {
            if (!isKnown(String.valueOf(each.getFileName()), pages ? name : null)) {
                findings.accept(new Finding(
                        each,
                        State.LEFT_OVER,
                        "not needed: not a file of this store, or left over from an interrupted operation"));
            }
        }
    }

    private List<Path> sorted() throws IOException {
        return disk.list(folder).stream().sorted().toList();
    }

    private static boolean isKnown(String name, @Nullable String pages) {
        return name.equals(DataFolder.LOCK)
                || name.equals(DataFolder.FORMAT)
                || JournalCommitLog.owns(Path.of(name))
                || (pages == null
                        ? SnapshotCheckpointing.owns(Path.of(name))
                        : name.equals(pages) || name.startsWith(pages + "."));
    }

    private void whole(Path file, String what) {
        findings.accept(new Finding(file, State.WHOLE, what));
    }

    private void damaged(Path file, String what) {
        findings.accept(new Finding(file, State.DAMAGED, what));
    }

    /** Reports the first problems of a file, and how many there are. */
    private final class Problems implements Consumer<String> {
        private final Path file;
        private long count;

        Problems(Path file) {
            this.file = file;
        }

        @Override
        public void accept(String what) {
            if (++count <= REPORTED_MAX) {
                damaged(file, what);
            }
        }

        long count() {
            if (count > REPORTED_MAX) {
                damaged(file, "and " + (count - REPORTED_MAX) + " more problems of this kind");
            }
            return count;
        }
    }

    /** Returns the revision of the checkpoint, or null if it is unknown. */
    private @Nullable Long checkPages(String name) throws IOException {
        Path file = folder.resolve(name);
        PagedFile pages;
        try {
            pages = PagedFile.openReadOnly(disk, folder, name, PagedFile.WINDOW_BYTES);
        } catch (DamageException e) {
            damaged(file, e.finding());
            return null;
        }
        try (pages) {
            long revision = pages.revision();
            Problems problems = new Problems(file);
            long read = pages.verifyAll((number, offset) ->
                    problems.accept("page " + number + ", at offset " + offset + ", does not match its checksum"));
            if (problems.count() == 0) {
                whole(
                        file,
                        "checkpoint of revision " + revision + ", " + read + " pages"
                                + (pages.changedPages() == 0
                                        ? ""
                                        : ", and " + pages.changedPages() + " of an interrupted checkpoint, which a"
                                                + " server completes"));
            }
            checkTable(pages, file);
            return revision;
        }
    }

    private void checkTable(PagedFile pages, Path file) throws IOException {
        Problems problems = new Problems(file);
        try {
            MapDbTable<K, V> table = MapDbTable.over(pages, folder, options.format());
            table.verify(problems);
            if (problems.count() == 0) {
                whole(file, table.size() + " entries, each with its value");
            }
        } catch (StoreException.Damaged e) {
            problems.count();
            damaged(file, "not all entries can be read: " + e.getMessage());
        }
    }

    /** As {@link #checkPages}. */
    private @Nullable Long checkSnapshots() throws IOException {
        Long checkpoint = 0L;
        for (Path file : sorted()) {
            if (!SnapshotCheckpointing.owns(file)) {
                continue;
            }
            if (SnapshotCheckpointing.isUnfinished(file)) {
                findings.accept(new Finding(file, State.LEFT_OVER, "an unfinished snapshot; not needed"));
                continue;
            }
            checkpoint = checkSnapshot(file); // the newest is last
        }
        return checkpoint;
    }

    private @Nullable Long checkSnapshot(Path file) throws IOException {
        Set<K> keys = new HashSet<>();
        try (DiskFile in = disk.open(file, Disk.Access.READ)) {
            SnapshotReader reader = new SnapshotReader(new DiskInputStream(in), file.toString());
            SnapshotReader.End end = snapshots.read(reader, commit -> {
                for (Commit.Effect<K, V> effect : commit.effects()) {
                    if (effect.value() == null) {
                        keys.remove(effect.key());
                    } else {
                        keys.add(effect.key());
                    }
                }
            });
            SnapshotCodec.check(end, keys.size(), file);
            whole(file, "snapshot of revision " + end.revision() + ", " + end.rows() + " entries");
            return end.revision();
        } catch (DamageException e) {
            damaged(file, e.finding());
            return null;
        }
    }

    private void checkJournal(@Nullable Long checkpoint) throws IOException {
        CommitCodec<K, V> codec = new CommitCodec<>(options.format());
        new JournalCheck(disk, folder, codec::read).run(checkpoint, new JournalCheck.Findings() {
            @Override
            public void whole(Path file, String what) {
                StoreCheck.this.whole(file, what);
            }

            @Override
            public void damaged(Path file, String what) {
                StoreCheck.this.damaged(file, what);
            }
        });
    }
}
