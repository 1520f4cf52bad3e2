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
 * Point reads take the hash map's value without a lock. A ReadWriteLock makes a commit group one step for everybody who
 * looks at more than one key: the group is applied under the write lock, a page is read under the read lock. The skip
 * list holds the keys in order and is touched only when a key comes or goes.
 *
 * A commit of several effects must not be seen half done by two point reads, one after the other. While one is applied,
 * `applyingBatch` sends point reads to the lock. A read that saw the flag down and is overtaken by the batch may return
 * the old or the new value; it began before the batch did, so either is a value the key had while the read ran, and no
 * later read can return an older one: it finds the flag up, waits, and reads what the whole batch left.
 *
 * What an entry takes of the heap is estimated, and a commit that would go past the bound is refused before anything of it
 * is done: a heap that is full serves nobody. Where the estimate fails, memory may run out half way through a commit. Then
 * the flag stays up, and whoever comes to the lock is told so: half a commit is not to be seen.
 */
/** Entries in memory: a hash map for point reads, an ordered set of the keys for pages. */
final class MemoryTable<K, V> implements Table<K, V> {

    /** What an entry takes besides the bytes of its key and value: nodes of a map and of a set, and objects around arrays. */
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

    /** Of the applying thread. */
    private long bytes;

    /** Of the applying thread: whether {@code keys} and {@code secondaryIndex} follow every change. */
    private boolean ordered = true;

    /** What a commit failed with half way. Changed under the write lock. */
    private @Nullable Throwable broken;

    /** @param bytesMax how much of the heap the entries may take */
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
     * Before the table is filled, while nobody reads it: changes come in without the order of the keys, which costs most of
     * them where they come in another order.
     */
    void beginFilling() {
        ordered = false;
    }

    /** Puts the keys in order, all at once. From then on the table can be read. */
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

    /** Under the lock. */
    private void checkWhole() {
        if (broken != null) {
            throw new StoreException.Damaged(
                    "memory ran out in the midst of a change (" + broken + "). Restart the server, with more of it",
                    broken);
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

    /** As {@link #apply(List)} of one. */
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
            throw new StoreException.MemoryFull("the entries take about " + bytes + " bytes of memory, and may take "
                    + bytesMax + "; delete some, or start with more: java -Xmx");
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
        // memory goes with the last reference
    }
}
