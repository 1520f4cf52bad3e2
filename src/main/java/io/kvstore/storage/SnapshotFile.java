package io.kvstore.storage;

import io.kvstore.disk.DamageException;
import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.DiskInputStream;
import io.kvstore.journal.SnapshotReader;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A snapshot that somebody gave, to begin a store with. It is only read, part by part.
 *
 * <p>Errors: {@link StoreException.Damaged} when it is not whole, or no snapshot; {@link StoreException.CannotOpen} when it is
 * missing, cannot be read, or is of a newer format, or what it is read into fails.
 */
final class SnapshotFile<K, V> {

    private final Disk disk;
    private final Path path;
    private final SnapshotCodec<K, V> codec;
    private long revision;

    SnapshotFile(Disk disk, Path path, SnapshotCodec<K, V> codec) {
        this.disk = disk;
        this.path = path;
        this.codec = codec;
    }

    /**
     * Reads all of it, and keeps nothing: every checksum, every key and value, and that no part and no commit is missing.
     * Whether it makes as many entries as it says is known when it is read into a table.
     */
    void verify() {
        revision = read(commit -> {}, end -> {});
    }

    /** The revision of the state that it holds, once it was verified. */
    long revision() {
        return revision;
    }

    /** Has a table that is empty become what it holds, as {@code target} applies it. */
    void readInto(Table<K, V> table, SnapshotCodec.Target<K, V> target) {
        read(target, end -> SnapshotCodec.check(end, table.size(), path));
    }

    private interface Check {
        void of(SnapshotReader.End end) throws IOException;
    }

    private long read(SnapshotCodec.Target<K, V> target, Check check) {
        try (DiskFile file = disk.open(path, Disk.Access.READ)) {
            SnapshotReader.End end = codec.read(new SnapshotReader(new DiskInputStream(file), path.toString()), target);
            check.of(end);
            return end.revision();
        } catch (DamageException e) {
            throw new StoreException.Damaged(e.finding() + ". Nothing was restored; use another snapshot", e);
        } catch (NoSuchFileException e) {
            throw new StoreException.CannotOpen(path + " cannot be restored: there is no such file", e);
        } catch (IOException e) {
            throw new StoreException.CannotOpen(path + " cannot be restored: " + Stores.describe(e), e);
        }
    }

    /** Writes all of it, as it is. */
    void copyTo(OutputStream out) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Access.READ)) {
            new DiskInputStream(file).transferTo(out);
        }
    }
}
