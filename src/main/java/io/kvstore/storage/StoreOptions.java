package io.kvstore.storage;

import io.kvstore.disk.Disk;
import io.kvstore.disk.LocalDisk;
import io.kvstore.store.Codec;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Durability;
import io.kvstore.store.KeyCodec;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.StorageMode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How to open a store. Immutable; each method gives a changed copy.
 *
 * @param folder where the data is; null in {@link StorageMode#MEMORY}, required in every other mode
 * @param restore a snapshot that the store is to begin with, which takes a folder that has none; null for nothing
 * @param cacheCapacity entries that {@link StorageMode#CACHED} keeps in memory, at least 1
 * @param historyChanges how many changes stay readable through {@link CommitStore#history}, at least 0
 * @param historyBytes how many bytes of changes stay readable, at least 0
 * @param disk the file layer
 * @param random draws epochs and salts
 */
public record StoreOptions<K, V>(
        StorageMode mode,
        KeyCodec<K> keyCodec,
        Codec<V> valueCodec,
        SecondaryKey<V> rank,
        @Nullable Path folder,
        @Nullable Path restore,
        Durability durability,
        int cacheCapacity,
        long historyChanges,
        long historyBytes,
        Disk disk,
        LongSupplier random) {

    /** A store in memory with the defaults of the command line. */
    public static <K, V> StoreOptions<K, V> of(KeyCodec<K> keyCodec, Codec<V> valueCodec) {
        return new StoreOptions<>(
                StorageMode.MEMORY,
                keyCodec,
                valueCodec,
                value -> SecondaryKey.NONE,
                null,
                null,
                Durability.ALWAYS,
                100,
                100_000,
                64 << 20,
                new LocalDisk(),
                new SecureRandom()::nextLong);
    }

    public StoreOptions<K, V> mode(StorageMode mode, @Nullable Path folder) {
        return new StoreOptions<>(
                mode,
                keyCodec,
                valueCodec,
                rank,
                folder,
                restore,
                durability,
                cacheCapacity,
                historyChanges,
                historyBytes,
                disk,
                random);
    }

    public StoreOptions<K, V> restore(@Nullable Path restore) {
        return new StoreOptions<>(
                mode,
                keyCodec,
                valueCodec,
                rank,
                folder,
                restore,
                durability,
                cacheCapacity,
                historyChanges,
                historyBytes,
                disk,
                random);
    }

    public StoreOptions<K, V> rank(SecondaryKey<V> rank) {
        return new StoreOptions<>(
                mode,
                keyCodec,
                valueCodec,
                rank,
                folder,
                restore,
                durability,
                cacheCapacity,
                historyChanges,
                historyBytes,
                disk,
                random);
    }

    public StoreOptions<K, V> durability(Durability durability) {
        return new StoreOptions<>(
                mode,
                keyCodec,
                valueCodec,
                rank,
                folder,
                restore,
                durability,
                cacheCapacity,
                historyChanges,
                historyBytes,
                disk,
                random);
    }

    public StoreOptions<K, V> cacheCapacity(int entries) {
        return new StoreOptions<>(
                mode,
                keyCodec,
                valueCodec,
                rank,
                folder,
                restore,
                durability,
                entries,
                historyChanges,
                historyBytes,
                disk,
                random);
    }

    public StoreOptions<K, V> history(long changes, long bytes) {
        return new StoreOptions<>(
                mode,
                keyCodec,
                valueCodec,
                rank,
                folder,
                restore,
                durability,
                cacheCapacity,
                changes,
                bytes,
                disk,
                random);
    }

    public StoreOptions<K, V> disk(Disk disk) {
        return new StoreOptions<>(
                mode,
                keyCodec,
                valueCodec,
                rank,
                folder,
                restore,
                durability,
                cacheCapacity,
                historyChanges,
                historyBytes,
                disk,
                random);
    }

    public StoreOptions<K, V> random(LongSupplier random) {
        return new StoreOptions<>(
                mode,
                keyCodec,
                valueCodec,
                rank,
                folder,
                restore,
                durability,
                cacheCapacity,
                historyChanges,
                historyBytes,
                disk,
                random);
    }
}
