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
 * From the moment a change can be seen anywhere, no get returns an older value, and a slow reader never puts an older value
 * back. Keys share stripes by their hash; a stripe has a version, which is odd while a change of one of its keys is applied.
 *
 *   apply   1. for each key: makes the version of its stripe odd and deletes the key from the cache, under the stripe's lock
 *           2. applies the commits to the table: from here on the change can be seen
 *           3. writes the new values to the cache
 *           4. makes the versions even
 *
 *   get     a. returns what the cache has
 *           b. else notes the version, reads the table, and under the stripe's lock, if the version is even and still the
 *              same, writes the value to the cache
 *
 * Why nothing stale is read: from 1 on the cache has nothing for the key until 3 writes what the table has. A fill at b that
 * noted its version before 1 comes to the lock before 1, and its entry is deleted there, or after 1, and finds another
 * version. One that noted it between 1 and 4 finds it odd. One that noted it after 4 reads the table after 2. Noting,
 * checking and writing are not one step, but checking and writing are, and nothing but this lock lies between 1 and them.
 *
 * A commit that happens at one moment in the table does so here: what the cache shows of it, it shows after 2.
 */
/** A table behind a cache of its entries, which answers point reads only; pages neither use nor fill it. */
final class CachedTable<K, V> implements Table<K, V> {

    private static final int STRIPES = 256;

    private static final class Stripe {
        final ReentrantLock lock = new ReentrantLock();

        /** Changed under the lock. */
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
