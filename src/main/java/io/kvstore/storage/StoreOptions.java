package io.kvstore.storage;

import io.kvstore.disk.Disk;
import io.kvstore.disk.LocalDisk;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Durability;
import io.kvstore.store.EntryFormat;
import io.kvstore.store.StorageMode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How to open a store. Immutable: each method with a parameter returns a changed copy. */
public final class StoreOptions<K, V> {

    private final EntryFormat<K, V> format;
    private StorageMode mode = StorageMode.MEMORY;
    private @Nullable Path folder;
    private @Nullable Path restore;
    private Durability durability = Durability.ALWAYS;
    private int cacheCapacity = 100;
    private long historyChanges = 100_000;
    private long historyBytes = 64 << 20;
    private Disk disk = new LocalDisk();
    private LongSupplier random = new SecureRandom()::nextLong;

    private StoreOptions(EntryFormat<K, V> format) {
        this.format = format;
    }

    /** Returns the options of a store in memory with the defaults of the command line. */
    public static <K, V> StoreOptions<K, V> of(EntryFormat<K, V> format) {
        return new StoreOptions<>(format);
    }

    /** Returns a copy, which the caller changes before it returns it. */
    private StoreOptions<K, V> copy() {
        StoreOptions<K, V> copy = new StoreOptions<>(format);
        copy.mode = mode;
        copy.folder = folder;
        copy.restore = restore;
        copy.durability = durability;
        copy.cacheCapacity = cacheCapacity;
        copy.historyChanges = historyChanges;
        copy.historyBytes = historyBytes;
        copy.disk = disk;
        copy.random = random;
        return copy;
    }

    /**
     * Sets where entries are kept (default: in memory).
     *
     * @param folder the data folder; ignored in {@link StorageMode#MEMORY}, required in every other mode
     */
    public StoreOptions<K, V> mode(StorageMode mode, @Nullable Path folder) {
        StoreOptions<K, V> copy = copy();
        copy.mode = mode;
        copy.folder = folder;
        return copy;
    }

    /**
     * Sets the snapshot to create the store from, which requires a folder without a store (default: null, for none).
     */
    public StoreOptions<K, V> restore(@Nullable Path snapshot) {
        StoreOptions<K, V> copy = copy();
        copy.restore = snapshot;
        return copy;
    }

    /** Sets when commits are forced to disk (default: always). */
    public StoreOptions<K, V> durability(Durability durability) {
        StoreOptions<K, V> copy = copy();
        copy.durability = durability;
        return copy;
    }

    /** Sets the number of entries that {@link StorageMode#CACHED} keeps in memory, at least 1 (default: 100). */
    public StoreOptions<K, V> cacheCapacity(int entries) {
        StoreOptions<K, V> copy = copy();
        copy.cacheCapacity = entries;
        return copy;
    }

    /**
     * Sets how much of the past {@link CommitStore#history} can read.
     *
     * @param changes the number of changes, at least 0 (default: 100,000)
     * @param bytes the number of bytes of changes, at least 0 (default: 64 MiB)
     */
    public StoreOptions<K, V> history(long changes, long bytes) {
        StoreOptions<K, V> copy = copy();
        copy.historyChanges = changes;
        copy.historyBytes = bytes;
        return copy;
    }

    /** Sets the file layer (default: the local disk). */
    public StoreOptions<K, V> disk(Disk disk) {
        StoreOptions<K, V> copy = copy();
        copy.disk = disk;
        return copy;
    }

    /** Sets the source of epochs and salts (default: a secure random generator). */
    public StoreOptions<K, V> random(LongSupplier random) {
        StoreOptions<K, V> copy = copy();
        copy.random = random;
        return copy;
    }

    EntryFormat<K, V> format() {
        return format;
    }

    StorageMode mode() {
        return mode;
    }

    @Nullable
    Path folder() {
        return folder;
    }

    @Nullable
    Path restore() {
        return restore;
    }

    Durability durability() {
        return durability;
    }

    int cacheCapacity() {
        return cacheCapacity;
    }

    long historyChanges() {
        return historyChanges;
    }

    long historyBytes() {
        return historyBytes;
    }

    Disk disk() {
        return disk;
    }

    LongSupplier random() {
        return random;
    }
}
