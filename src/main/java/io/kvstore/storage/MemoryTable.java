package io.kvstore.storage;

import io.kvstore.store.Codec;
import io.kvstore.store.Commit;
import io.kvstore.store.Count;
import io.kvstore.store.EntryFormat;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.KeyCodec;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.StoreException;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/*
 * Point reads take the value from the hash map without a lock. A ReadWriteLock makes a commit group one step for
 * operations on more than one key: the group is applied under the write lock, and a page is read under the read lock.
 * The skip list has the keys in order, and changes only when a key is added or removed.
 *
 * Two consecutive point reads must not see a commit of several effects half applied. While such a commit is applied,
 * `applyingBatch` is set and point reads take the lock. A read that saw the flag clear just before the commit began may
 * return the old or the new value. The read began before the commit did, so the key had either value while the read
 * ran. No later read can return an older value: it sees the flag, waits for the lock, and reads the state after the
 * commit.
 *
 * The heap that an entry takes is estimated. A commit that would exceed the bound is rejected before any of it is
 * applied, because a server with a full heap answers no request. If the estimate is too low, memory may run out
 * half-way through a commit. Then the flag stays set, and every operation that takes the lock fails, so half a commit
 * is never seen.
 */
/** A table in memory: a hash map for point reads, and an ordered set of the keys for pages. */
final class MemoryTable<K, V> implements Table<K, V> {

    /**
     * The estimated overhead of an entry besides its key and value: nodes of a map and of a set, and objects around
     * arrays.
     */
    private static final long ENTRY_BYTES = 256;

    private static final long SECONDARY_BYTES = 96;

    private record SecondaryEntry<K>(long secondaryKey, K key) {}

    private final KeyCodec<K> keyCodec;
    private final Codec<V> valueCodec;
    private final SecondaryKey<V> secondaryKey;
    private final ConcurrentHashMap<K, V> values = new ConcurrentHashMap<>();
    private final NavigableSet<K> keys;
    private final Comparator<SecondaryEntry<K>> bySecondaryKey;
    private final NavigableSet<SecondaryEntry<K>> secondaryIndex;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean applyingBatch;
    private volatile long revision;
    private final AtomicLong size = new AtomicLong();
    private final long bytesMax;

    /** Estimated. For the applying thread. */
    private long bytes;

    /** Whether every change updates {@code keys} and {@code secondaryIndex}. For the applying thread. */
    private boolean ordered = true;

    /** The failure of a commit that was half applied, or null. Guarded by the write lock. */
    private @Nullable Throwable broken;

    /** @param bytesMax the maximum estimated heap use of the entries */
    MemoryTable(EntryFormat<K, V> format, long bytesMax) {
        this.keyCodec = format.keyCodec();
        this.valueCodec = format.valueCodec();
        this.secondaryKey = format.secondaryKey();
        this.bytesMax = bytesMax;
        this.keys = new ConcurrentSkipListSet<>(keyCodec);
        this.bySecondaryKey = Comparator.<SecondaryEntry<K>>comparingLong(SecondaryEntry::secondaryKey)
                .thenComparing(SecondaryEntry::key, keyCodec);
        this.secondaryIndex = new ConcurrentSkipListSet<>(bySecondaryKey);
    }

    /**
     * Stops maintaining the orders of keys, until {@link #endFilling}. Ordering all keys at once costs much less than
     * ordering each key as it is added. The table must not be read in the meantime.
     */
    void beginFilling() {
        ordered = false;
    }

    /** Puts all keys in order. From then on the table can be read. */
    void endFilling() {
        values.keySet().parallelStream().sorted(keyCodec).forEachOrdered(keys::add);
        values.entrySet().parallelStream()
                .map(entry -> new SecondaryEntry<>(secondaryKey.of(entry.getValue()), entry.getKey()))
                .filter(each -> each.secondaryKey() != SecondaryKey.NONE)
                .sorted(bySecondaryKey)
                .forEachOrdered(secondaryIndex::add);
        ordered = true;
    }

    @Override
    public @Nullable V get(K key) {
        return applyingBatch
                ? locked(() -> Optional.ofNullable(values.get(key))).orElse(null)
                : values.get(key);
    }

    private <R> R locked(Supplier<R> reading) {
        lock.readLock().lock();
        try {
            checkWhole();
            return reading.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The caller holds the lock. */
    private void checkWhole() {
        if (broken != null) {
            throw new StoreException.Damaged(
                    "memory ran out during a change (" + broken + "); restart the server with more memory", broken);
        }
    }

    @Override
    public void apply(List<Commit<K, V>> commits) {
        lock.writeLock().lock();
        try {
            checkWhole();
            for (Commit<K, V> commit : commits) {
                applyUnderLock(commit);
            }
            applyingBatch = false;
        } catch (RuntimeException | Error e) {
            broken = broken == null ? e : broken;
            applyingBatch = true;
            throw e;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Applies one commit. */
    void applyOne(Commit<K, V> commit) {
        apply(List.of(commit));
    }

    private void applyUnderLock(Commit<K, V> commit) {
        applyingBatch = commit.effects().size() > 1;
        for (Commit.Effect<K, V> effect : commit.effects()) {
            set(effect.key(), effect.value());
        }
        revision = commit.revision();
    }

    @Override
    public void checkRoom(Commit<K, V> commit) {
        long more = 0;
        for (Commit.Effect<K, V> effect : commit.effects()) {
            more += bytes(effect.key(), effect.value()) - bytes(effect.key(), values.get(effect.key()));
        }
        if (more > 0 && bytes + more > bytesMax) {
            throw new StoreException.MemoryFull(
                    "the entries take about " + bytes + " bytes of memory, and the maximum is " + bytesMax
                            + "; delete entries, or start with more memory: java -Xmx");
        }
    }

    private long bytes(K key, @Nullable V value) {
        return value == null
                ? 0
                : ENTRY_BYTES
                        + keyCodec.size(key)
                        + valueCodec.size(value)
                        + (secondaryKey.of(value) == SecondaryKey.NONE ? 0 : SECONDARY_BYTES);
    }

    private void set(K key, @Nullable V value) {
        V old = value == null ? values.remove(key) : values.put(key, value);
        bytes += bytes(key, value) - bytes(key, old);
        if (old == null && value != null) {
            size.incrementAndGet();
        } else if (old != null && value == null) {
            size.decrementAndGet();
        }
        if (ordered) {
            order(key, old, value);
        }
    }

    private void order(K key, @Nullable V old, @Nullable V value) {
        long oldSecondary = old == null ? SecondaryKey.NONE : secondaryKey.of(old);
        long newSecondary = value == null ? SecondaryKey.NONE : secondaryKey.of(value);
        if (oldSecondary != newSecondary) {
            if (oldSecondary != SecondaryKey.NONE) {
                secondaryIndex.remove(new SecondaryEntry<>(oldSecondary, key));
            }
            if (newSecondary != SecondaryKey.NONE) {
                secondaryIndex.add(new SecondaryEntry<>(newSecondary, key));
            }
        }
        if (old == null && value != null) {
            keys.add(key);
        } else if (old != null && value == null) {
            keys.remove(key);
        }
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public long size() {
        return applyingBatch ? locked(size::get) : size.get();
    }

    @Override
    public EntryPage<K, V> page(EntryPageRequest<K> request) {
        return page(request, value -> value, valueCodec::size);
    }

    @Override
    public EntryPage<K, Long> secondaryKeys(EntryPageRequest<K> request) {
        return page(request, secondaryKey::of, value -> 0);
    }

    private <E> EntryPage<K, E> page(EntryPageRequest<K> request, Function<V, E> element, ToIntFunction<V> size) {
        NavigableSet<K> range = range(request);
        return locked(() -> {
            List<Map.Entry<K, E>> entries = new ArrayList<>();
            boolean last = true;
            long bytes = 0;
            for (K key : range) {
                if (entries.size() == request.rows() || bytes >= request.bytes()) {
                    last = false;
                    break;
                }
                V value = values.get(key);
                if (value == null) {
                    throw new IllegalStateException("a key in the ordered set has no value");
                }
                entries.add(new SimpleImmutableEntry<>(key, element.apply(value)));
                bytes += keyCodec.size(key) + (long) size.applyAsInt(value);
            }
            return new EntryPage<>(revision, this.size.get(), entries, last);
        });
    }

    @Override
    public Count countAbove(long bound) {
        return locked(() -> {
            long below = 0;
            for (SecondaryEntry<K> each : secondaryIndex) {
                if (each.secondaryKey() > bound) {
                    break;
                }
                below++;
            }
            return new Count(revision, size.get() - below);
        });
    }

    private NavigableSet<K> range(EntryPageRequest<K> request) {
        NavigableSet<K> range = keys;
        K low = request.low();
        K high = request.high();
        if (low != null && high != null) {
            int order = keyCodec.compare(low, high);
            if (order > 0 || (order == 0 && !(request.lowInclusive() && request.highInclusive()))) {
                return new ConcurrentSkipListSet<>(keyCodec);
            }
            range = keys.subSet(low, request.lowInclusive(), high, request.highInclusive());
        } else if (low != null) {
            range = keys.tailSet(low, request.lowInclusive());
        } else if (high != null) {
            range = keys.headSet(high, request.highInclusive());
        }
        return request.descending() ? range.descendingSet() : range;
    }

    @Override
    public List<K> keysUpTo(long bound, int limit) {
        return locked(() -> {
            List<K> found = new ArrayList<>();
            for (SecondaryEntry<K> each : secondaryIndex) {
                if (found.size() == limit || each.secondaryKey() > bound) {
                    break;
                }
                found.add(each.key());
            }
            return found;
        });
    }

    @Override
    public void close() {
        // the garbage collector frees the memory
    }
}
