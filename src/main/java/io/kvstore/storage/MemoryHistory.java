package io.kvstore.storage;

import io.kvstore.store.Codec;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.EntryFormat;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.KeyCodec;
import io.kvstore.store.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The newest commits of a store without a log, bounded in changes and in bytes. Drops the oldest commits first.
 * Thread-safe.
 */
final class MemoryHistory<K, V> {

    private final KeyCodec<K> keyCodec;
    private final Codec<V> valueCodec;
    private final long changesMax;
    private final long bytesMax;
    private final ArrayDeque<Commit<K, V>> commits = new ArrayDeque<>();
    private long changes;
    private long bytes;
    private long oldest;

    /** @param oldest the revision before the first commit */
    MemoryHistory(EntryFormat<K, V> format, long changesMax, long bytesMax, long oldest) {
        this.keyCodec = format.keyCodec();
        this.valueCodec = format.valueCodec();
        this.changesMax = changesMax;
        this.bytesMax = bytesMax;
        this.oldest = oldest;
    }

    synchronized void add(Commit<K, V> commit) {
        commits.addLast(commit);
        changes += commit.effects().size();
        bytes += bytes(commit);
        while (changes > changesMax || bytes > bytesMax) {
            Commit<K, V> dropped = commits.removeFirst();
            changes -= dropped.effects().size();
            bytes -= bytes(dropped);
            oldest = dropped.revision();
        }
    }

    synchronized long oldest() {
        return oldest;
    }

    /**
     * As {@link CommitStore#history}.
     *
     * @param newest the newest revision that readers see, which may be one less than the newest added commit
     */
    synchronized List<Commit<K, V>> after(long revision, long newest) {
        if (revision < oldest || revision > newest) {
            throw gone(revision, oldest, newest);
        }
        List<Commit<K, V>> found = new ArrayList<>();
        long room = EntryPageRequest.BYTES;
        Iterator<Commit<K, V>> each = newer(oldest + commits.size() - revision);
        while (each.hasNext() && room > 0 && revision + found.size() < newest) {
            Commit<K, V> commit = each.next();
            found.add(commit);
            room -= bytes(commit);
        }
        return found;
    }

    /** Returns the exception for a history that was asked for after a revision that it cannot start from. */
    static StoreException.HistoryGone gone(long after, long oldest, long newest) {
        return new StoreException.HistoryGone("the history can be read after revisions " + oldest + " to " + newest
                + ", but revision " + after + " was given");
    }

    /** Iterates over the newest {@code count} commits, oldest first. Walks from the nearer end of the queue. */
    private Iterator<Commit<K, V>> newer(long count) {
        if (count > commits.size() / 2) {
            Iterator<Commit<K, V>> all = commits.iterator();
            for (long skip = commits.size() - count; skip > 0; skip--) {
                all.next();
            }
            return all;
        }
        ArrayDeque<Commit<K, V>> newest = new ArrayDeque<>();
        Iterator<Commit<K, V>> all = commits.descendingIterator();
        for (long take = count; take > 0; take--) {
            newest.addFirst(all.next());
        }
        return newest.iterator();
    }

    private long bytes(Commit<K, V> commit) {
        long sum = 0;
        for (Commit.Effect<K, V> effect : commit.effects()) {
            V value = effect.value();
            sum += keyCodec.size(effect.key()) + (value == null ? 0L : valueCodec.size(value));
        }
        return sum;
    }
}
