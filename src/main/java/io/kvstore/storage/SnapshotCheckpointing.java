package io.kvstore.storage;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.DiskInputStream;
import io.kvstore.disk.DiskOutputStream;
import io.kvstore.journal.SnapshotReader;
import io.kvstore.journal.SnapshotWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/*
 * The files are named `snapshot-<revision>`. A file is written under another name, forced and renamed, and the folder
 * is forced. Only then are the log that the snapshot covers and older snapshots deleted.
 */
/**
 * Checkpoints of a table in memory: writes snapshot files. One is due when the log is as long as the last snapshot, but
 * at least 64 MiB.
 */
final class SnapshotCheckpointing<K, V> implements Checkpointing {

    private static final String PREFIX = "snapshot-";
    private static final String UNFINISHED = ".new";
    private static final long LOG_BYTES_MIN = 64 << 20;

    private final Disk disk;
    private final Path folder;
    private final Table<K, V> table;
    private final CommitLog<K, V> log;
    private final SnapshotCodec<K, V> codec;
    private volatile long lastBytes;

    SnapshotCheckpointing(
            Disk disk, Path folder, Table<K, V> table, CommitLog<K, V> log, SnapshotCodec<K, V> codec, long lastBytes) {
        this.disk = disk;
        this.folder = folder;
        this.table = table;
        this.log = log;
        this.codec = codec;
        this.lastBytes = lastBytes;
    }

    /** The newest snapshot of a folder; 0 and 0 if there is none. */
    record Newest(long revision, long bytes) {}

    /** Copies a given snapshot into a folder, as if it had been written there. */
    static void adopt(Disk disk, Path folder, SnapshotFile<?, ?> given) throws IOException {
        Path unfinished = folder.resolve(PREFIX + "next" + UNFINISHED);
        try (DiskFile out = disk.open(unfinished, Disk.Access.CREATE)) {
            try (DiskOutputStream copy = new DiskOutputStream(out)) {
                given.copyTo(copy);
            }
            out.force();
        }
        finish(disk, folder, unfinished, given.revision());
    }

    private static void finish(Disk disk, Path folder, Path unfinished, long revision) throws IOException {
        disk.rename(unfinished, folder.resolve(String.format(Locale.ROOT, "%s%020d", PREFIX, revision)));
        disk.forceFolder(folder);
    }

    /** Returns whether a file of a data folder is a snapshot, finished or not. */
    static boolean owns(Path file) {
        return String.valueOf(file.getFileName()).startsWith(PREFIX);
    }

    /** Returns whether a snapshot is unfinished, and so not needed. */
    static boolean isUnfinished(Path file) {
        return file.toString().endsWith(UNFINISHED);
    }

    private static List<Path> files(Disk disk, Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path file : disk.list(folder)) {
            if (owns(file)) {
                files.add(file);
            }
        }
        files.sort(Comparator.comparing((Path file) -> String.valueOf(file.getFileName()))
                .reversed());
        return files;
    }

    /** Fills an empty table from the newest snapshot, if there is one, and deletes unfinished ones. */
    static <K, V> Newest load(Disk disk, Path folder, MemoryTable<K, V> table, SnapshotCodec<K, V> codec)
            throws IOException {
        @Nullable Path newest = null;
        for (Path file : files(disk, folder)) {
            if (isUnfinished(file)) {
                disk.delete(file);
            } else if (newest == null) {
                newest = file;
            }
        }
        if (newest == null) {
            return new Newest(0, 0);
        }
        try (DiskFile in = disk.open(newest, Disk.Access.READ)) {
            SnapshotReader reader = new SnapshotReader(new DiskInputStream(in), newest.toString());
            SnapshotReader.End end = codec.read(reader, table::applyOne);
            SnapshotCodec.check(end, table.size(), newest);
            return new Newest(end.revision(), in.size());
        }
    }

    @Override
    public long bytes() {
        return lastBytes;
    }

    @Override
    public boolean isDue(long changesSince, long bytesSince) {
        return bytesSince > Math.max(LOG_BYTES_MIN, lastBytes);
    }

    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public Checkpoint begin() throws IOException {
        log.roll();
        long from = table.revision();
        return fence -> write(from, fence);
    }

    private long write(long from, Fence fence) throws IOException {
        Path unfinished = folder.resolve(PREFIX + "next" + UNFINISHED);
        Point point;
        try (DiskFile out = disk.open(unfinished, Disk.Access.CREATE)) {
            try (SnapshotWriter writer = new SnapshotWriter(new DiskOutputStream(out), from)) {
                codec.writeRows(table, writer);
                point = fence.reach();
                codec.writeCommits(log, from, point.revision(), writer);
                writer.end(point.revision(), point.size());
            }
            out.force();
            lastBytes = out.size();
        }
        finish(disk, folder, unfinished, point.revision());
        for (Path file : files(disk, folder).subList(1, files(disk, folder).size())) {
            disk.delete(file);
        }
        return point.revision();
    }
}
