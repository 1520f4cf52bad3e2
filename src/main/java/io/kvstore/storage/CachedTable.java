package io.kvstore.storage;

import io.kvstore.cache.Cache;
import io.kvstore.store.Commit;
import io.kvstore.store.Count;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/*
 * Once a change is visible anywhere, no get returns an older value, and a slow reader never puts an older value back
 * into the cache. Keys share stripes by their hash. The version of a stripe is odd while a change of one of its keys is
 * applied.
 *
 *   apply   1. for each key, under the lock of its stripe: makes the version odd and deletes the key from the cache
 *           2. applies the commits to the table; from here on the change is visible
 *           3. writes the new values to the cache
 *           4. makes the versions even
 *
 *   get     a. returns the value in the cache, if there is one
 *           b. otherwise remembers the version and reads the table; then, under the lock of the stripe, writes the
 *              value to the cache if the version is even and unchanged
 *
 * Why no stale value is read: from step 1 to step 3 the cache has no value for the key. A fill at b that remembered the
 * version before 1 takes the lock before 1, so that 1 deletes its value, or after 1, so that it finds another version.
 * A fill that remembered the version between 1 and 4 finds it odd. A fill that remembered it after 4 reads the table
 * after 2. Checking the version and writing to the cache are one step under the lock, and so is step 1.
 *
 * A commit that takes effect at one instant in the table also does here: the cache shows its values only after step 2.
 */
/** A table behind a cache of its entries. The cache serves point reads only; pages neither use nor fill it. */
final class CachedTable<K, V> implements Table<K, V> {

    private static final int STRIPES = 256;

    private static final class Stripe {
        final ReentrantLock lock = new ReentrantLock();

        /** Written under the lock. */
        final AtomicLong version = new AtomicLong();
    }

    private final Table<K, V> table;
    private final Cache<K, V> cache;
    private final List<Stripe> stripes =
            IntStream.range(0, STRIPES).mapToObj(i -> new Stripe()).toList();

    CachedTable(Table<K, V> table, Cache<K, V> cache) {
        this.table = table;
        this.cache = cache;
    }

    private Stripe stripe(K key) {
        int hash = key.hashCode();
        return stripes.get((hash ^ hash >>> 8 ^ hash >>> 16 ^ hash >>> 24) & (STRIPES - 1));
    }

    @Override
    public @Nullable V get(K key) {
        V cached = cache.read(key);
        if (cached != null) {
            return cached;
        }
        Stripe stripe = stripe(key);
        long version = stripe.version.get();
        V value = table.get(key);
        if (value != null && isEven(version)) {
            fill(stripe, version, key, value);
        }
        return value;
    }

    private static boolean isEven(long version) {
        return (version & 1) == 0;
    }

    private void fill(Stripe stripe, long version, K key, V value) {
        stripe.lock.lock();
        try {
            if (stripe.version.get() == version) {
                cache.write(key, value);
            }
        } finally {
            stripe.lock.unlock();
        }
    }

    @Override
    public void apply(List<Commit<K, V>> commits) throws IOException {
        Map<K, @Nullable V> last = new LinkedHashMap<>();
        for (Commit<K, V> commit : commits) {
            for (Commit.Effect<K, V> effect : commit.effects()) {
                last.put(effect.key(), effect.value());
            }
        }
        last.keySet().forEach(this::beginChange);
        try {
            table.apply(commits);
            last.forEach((key, value) -> {
                if (value != null) {
                    cache.write(key, value);
                }
            });
        } finally {
            last.keySet().forEach(this::endChange);
        }
    }

    private void beginChange(K key) {
        Stripe stripe = stripe(key);
        stripe.lock.lock();
        try {
            if (isEven(stripe.version.get())) {
                stripe.version.incrementAndGet();
            }
            cache.delete(key);
        } finally {
            stripe.lock.unlock();
        }
    }

    private void endChange(K key) {
        Stripe stripe = stripe(key);
        stripe.lock.lock();
        try {
            if (!isEven(stripe.version.get())) {
                stripe.version.incrementAndGet();
            }
        } finally {
            stripe.lock.unlock();
        }
    }

    @Override
    public long revision() {
        return table.revision();
    }

    @Override
    public long size() {
        return table.size();
    }

    @Override
    public EntryPage<K, V> page(EntryPageRequest<K> request) {
        return table.page(request);
    }

    @Override
    public EntryPage<K, Long> secondaryKeys(EntryPageRequest<K> request) {
        return table.secondaryKeys(request);
    }

    @Override
    public Count countAbove(long bound) {
        return table.countAbove(bound);
    }

    @Override
    public List<K> keysUpTo(long bound, int limit) {
        return table.keysUpTo(bound, limit);
    }

    @Override
    public void close() {
        table.close();
    }
}
