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
 * A snapshot file from which a store is created. Reads the file sequentially and never modifies it.
 *
 * <p>Errors: {@link StoreException.Damaged} if the file is incomplete or not a snapshot; {@link
 * StoreException.CannotOpen} if it is missing, cannot be read or has a newer format, or if the new store cannot be
 * written.
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
     * Reads the whole file without keeping its contents. Checks every checksum, decodes every key and value, and checks
     * that no part and no commit is missing. The number of entries is checked only by {@link #readInto}.
     */
    void verify() {
        revision = read(commit -> {}, end -> {});
    }

    /** Returns the revision of the snapshot. Call {@link #verify} first. */
    long revision() {
        return revision;
    }

    /** Reads the file into an empty table, to which {@code target} applies the commits. */
    void readInto(Table<K, V> table, SnapshotCodec.Target<K, V> target) {
        read(target, end -> SnapshotCodec.check(end, table.size(), path));
    }

    private interface Check {
        void accept(SnapshotReader.End end) throws IOException;
    }

    private long read(SnapshotCodec.Target<K, V> target, Check check) {
        try (DiskFile file = disk.open(path, Disk.Access.READ)) {
            SnapshotReader.End end = codec.read(new SnapshotReader(new DiskInputStream(file), path.toString()), target);
            check.accept(end);
            return end.revision();
        } catch (DamageException e) {
            throw new StoreException.Damaged(e.finding() + "; nothing was restored, use another snapshot", e);
        } catch (NoSuchFileException e) {
            throw new StoreException.CannotOpen(path + " cannot be restored: the file does not exist", e);
        } catch (IOException e) {
            throw new StoreException.CannotOpen(path + " cannot be restored: " + Stores.describe(e), e);
        }
    }

    /** Copies the file without interpreting it. */
    void copyTo(OutputStream out) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Access.READ)) {
            new DiskInputStream(file).transferTo(out);
        }
    }
}
