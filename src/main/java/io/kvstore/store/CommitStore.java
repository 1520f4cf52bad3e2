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
 * A store whose changes are commits: functions over the whole store that take effect at once or not at all.
 *
 * <p>Commits run one after another, and each sees all earlier ones. A commit that changed something takes the next
 * {@link #revision}. A commit that only read takes none, but also completes only when everything it saw is as durable
 * as promised.
 *
 * <p>Each commit increases the revision by one. Revisions are kept with the data. A revision together with the {@link
 * #epoch} identifies one state for good.
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
     * Runs {@code change} on the store and makes its effects durable, all or none.
     *
     * <p>The change runs on a thread of the store. It must be quick, must not wait, and must access the store only
     * through its transaction. If it throws, nothing is changed, and this method throws the same exception.
     *
     * @return what the change returned
     * @throws StoreException as specified by {@link KeyValueStore}
     */
    default <R> R commit(Change<K, V, R> change) {
        return begin(change).join();
    }

    /**
     * Begins a commit as {@link #commit} does, and returns without waiting for it. Commits that one thread begins take
     * effect in that order, and may share a force.
     *
     * @throws StoreException.Closed if the store is closed
     */
    <R> PendingCommit<R> begin(Change<K, V, R> change);

    /**
     * Commits each change in turn, each with a revision of its own. Many of them share a force.
     *
     * @return what the changes returned
     * @throws StoreException the first failure, after all changes were tried
     */
    default <R> List<R> commitEach(List<? extends Change<K, V, R>> changes) {
        List<PendingCommit<R>> pending = new ArrayList<>(changes.size());
        for (Change<K, V, R> change : changes) {
            pending.add(begin(change));
        }
        List<R> results = new ArrayList<>(pending.size());
        RuntimeException failure = null;
        for (PendingCommit<R> each : pending) {
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

    /** Returns a page of the entries in a range, all from a single published state. */
    EntryPage<K, V> page(EntryPageRequest<K> request);

    /**
     * Returns a page as {@link #page} does, but with the secondary key of each value in place of the value. Reads no
     * value without a secondary key. The bytes of a page are those of its keys.
     */
    EntryPage<K, Long> secondaryKeys(EntryPageRequest<K> request);

    /** Counts the keys with a secondary key above {@code bound}. Costs time in proportion to the other keys. */
    Count countAbove(long bound);

    /** Returns the revision of the newest commit that readers see; 0 in a new store. */
    long revision();

    /**
     * Returns the epoch, a random number. It is drawn when the store is created, when it is restored, and when it is
     * opened after an unclean stop under a durability that may lose acknowledged revisions.
     */
    long epoch();

    /**
     * Returns the keys whose {@link SecondaryKey} is at most {@code bound}, in the secondary order, at most
     * {@code limit} of them. Costs time in proportion to the result.
     */
    List<K> keysUpTo(long bound, int limit);

    /**
     * Returns commits after revision {@code after}, oldest first and without a gap, of about one megabyte at most;
     * empty if there are none yet.
     *
     * @throws StoreException.HistoryGone if commits after {@code after} are no longer kept
     */
    List<Commit<K, V>> history(long after);

    /** Returns the smallest revision that {@link #history} accepts. */
    long oldestRevision();

    /**
     * Calls an observer for every commit from now on, in order, after the commit became visible and before its caller
     * continues. The observer runs on the committing thread: it must not wait or throw.
     *
     * @return removes the observer when closed
     */
    AutoCloseable observe(Consumer<Commit<K, V>> observer);

    /**
     * Writes a checkpoint now, and returns when it is durable.
     *
     * @throws UnsupportedOperationException if the mode has no checkpoints
     * @throws StoreException.ReadOnly if the checkpoint failed; the store then accepts no writes
     */
    void checkpoint();

    /**
     * Rebuilds the files of the table without unused space, while the store is read and changed. Returns when the new
     * files are in use and the old ones are deleted. Needs disk space for both.
     *
     * @throws UnsupportedOperationException if the mode keeps no table in files
     * @throws StoreException.CompactionRunning if another compaction is in progress
     * @throws StoreException.CompactionFailed if it failed; the store continues as before
     * @throws StoreException.ReadOnly if the step failed that replaces the old files by the new ones; the store then
     *     accepts no writes
     */
    Compaction compact();

    /** Cancels a compaction in progress; later calls of {@link #compact} fail as on a closed store. */
    void refuseCompaction();

    /** Begins an image of the whole store at one revision, from which a new store of any mode can be created. */
    Snapshot snapshot();

    /** Returns statistics. Costs almost nothing. */
    StoreStats stats();

    /** Returns why the store accepts no writes, or null if it accepts them. */
    @Nullable
    StoreException failure();
}
