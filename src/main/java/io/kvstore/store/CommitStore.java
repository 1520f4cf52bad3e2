package io.kvstore.store;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store whose changes are commits: functions over the whole store that happen at once, or not at all.
 *
 * <p>Commits never run beside each other. Each is judged after all before it, and sees them. One that changed something
 * takes the next {@link #revision}; one that only looked takes none, but its answer too waits until everything it saw is
 * as durable as promised.
 *
 * <p>Revisions grow by one a commit and are kept with the data. Together with the {@link #epoch} a revision names one
 * state, for ever.
 */
public interface CommitStore<K, V> extends KeyValueStore<K, V> {

    @Override
    default @Nullable V put(K key, V value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        return this.<Optional<V>>commit(transaction -> {
                    Optional<V> old = Optional.ofNullable(transaction.get(key));
                    transaction.put(key, value);
                    return old;
                })
                .orElse(null);
    }

    @Override
    default @Nullable V delete(K key) {
        Objects.requireNonNull(key, "key");
        return this.<Optional<V>>commit(transaction -> {
                    Optional<V> old = Optional.ofNullable(transaction.get(key));
                    transaction.delete(key);
                    return old;
                })
                .orElse(null);
    }

    @Override
    default Iterator<Map.Entry<K, V>> entries() {
        return new EntryIterator<>(this, EntryPageRequest.all());
    }

    /**
     * Runs {@code change} against the store and makes its effects durable, all or none.
     *
     * <p>The change runs on a thread of the store's choosing and must be quick, must not wait, and must not call the
     * store but through the transaction it is given. When it throws, nothing happened, and the same exception is thrown
     * here.
     *
     * @return what the change returned
     * @throws StoreException as {@link KeyValueStore} says
     */
    default <R> R commit(Change<K, V, R> change) {
        return begin(change).join();
    }

    /**
     * As {@link #commit}, without waiting for the end of it: the caller does something else and then joins. Commits that
     * one thread begins come about in that order, and may share a force.
     *
     * @throws StoreException.Closed when the store is closed
     */
    <R> PendingCommit<R> begin(Change<K, V, R> change);

    /**
     * As {@link #commit} of each change, one after the other and each with a revision of its own, at the cost of one force
     * for many.
     *
     * @return what the changes returned
     * @throws StoreException as {@link #commit}, once all were tried: the first failure
     */
    default <R> List<R> commitEach(List<? extends Change<K, V, R>> changes) {
        List<PendingCommit<R>> begun = new ArrayList<>(changes.size());
        for (Change<K, V, R> change : changes) {
            begun.add(begin(change));
        }
        List<R> results = new ArrayList<>(begun.size());
        RuntimeException failure = null;
        for (PendingCommit<R> each : begun) {
            try {
                results.add(each.join());
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    /** One page of the entries in a range, all of one published state. */
    EntryPage<K, V> page(EntryPageRequest<K> request);

    /**
     * As {@link #page}, but with the rank of each key's value in place of the value. Reads no value that has no rank, and
     * the bytes of a page are those of its keys.
     */
    EntryPage<K, Long> ranks(EntryPageRequest<K> request);

    /** How many keys have a rank above {@code bound}. Costs what it leaves out. */
    Count countAbove(long bound);

    /** The revision of the newest commit that readers see; 0 in a new store. */
    long revision();

    /**
     * Drawn at random when the store is made, and anew when it is restored or was stopped uncleanly under a durability
     * that may lose acknowledged revisions.
     */
    long epoch();

    /**
     * The keys whose rank, by the {@link SecondaryKey} the store was opened with, is at most {@code bound}: lowest first, at most
     * {@code limit} of them. Costs what it returns.
     */
    List<K> lowest(long bound, int limit);

    /**
     * Commits after revision {@code after}, oldest first and without a gap, of about a megabyte at most; empty when there
     * is none yet.
     *
     * @throws StoreException.HistoryGone when commits after {@code after} are not kept any longer
     */
    List<Commit<K, V>> history(long after);

    /** The smallest revision that {@link #history} can be asked for, that is: go on after. */
    long oldestRevision();

    /**
     * Has every commit from now on told to {@code observer}, in order, after it became visible and before its caller is
     * answered, on the thread that commits: it must not wait or throw.
     *
     * @return takes the observer out
     */
    AutoCloseable observe(Consumer<Commit<K, V>> observer);

    /**
     * Writes a checkpoint now, and returns when it is durable.
     *
     * @throws UnsupportedOperationException when the mode has none
     * @throws StoreException.ReadOnly when it failed; the store then takes no writes
     */
    void checkpoint();

    /**
     * Rebuilds the files of the table without what they no longer need, while readers and writers go on, and returns when
     * the new ones are in use and the old ones gone. Needs disk space for both.
     *
     * @throws UnsupportedOperationException when the mode keeps no table in files
     * @throws StoreException.CompactionRunning when another is under way
     * @throws StoreException.CompactionFailed when it could not be done; the store goes on as before
     * @throws StoreException.ReadOnly when it failed in the very step that puts the new files in the place of the old; the
     *     store then takes no writes
     */
    Compaction compact();

    /** Abandons a compaction that is under way, and has {@link #compact} refused as when the store is closed. */
    void refuseCompaction();

    /** Begins an image of the whole store at one revision, which a new store of any mode can be opened with. */
    Snapshot snapshot();

    /** What the store says of itself. Costs next to nothing. */
    StoreStats stats();

    /** Why the store takes no writes, or null while it does. */
    @Nullable
    StoreException failure();
}
