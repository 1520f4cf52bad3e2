package io.kvstore.storage;

import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Count;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Contains the published entries of a store.
 *
 * <p>One thread at a time applies commits; any number of threads read at the same time. A page or a count reflects a
 * single state between two commits. A point read takes no lock, but waits while a commit with several effects is
 * applied, so it never sees part of a commit.
 */
public interface Table<K, V> extends AutoCloseable {

    /** Returns the value of a key, or null if the key is absent. */
    @Nullable
    V get(K key);

    /**
     * Publishes commits, in order, in one exclusive section.
     *
     * @throws IOException if the table may be inconsistent; no more commits may be applied
     */
    void apply(List<Commit<K, V>> commits) throws IOException;

    /**
     * Checks that there is room for a commit. For the thread that applies commits.
     *
     * @throws StoreException.MemoryFull if the table is in memory and has reached its bound
     */
    default void checkRoom(Commit<K, V> commit) {}

    /** Returns the revision of the newest applied commit. */
    long revision();

    /** Returns the number of keys. */
    long size();

    /** As {@link CommitStore#page}. */
    EntryPage<K, V> page(EntryPageRequest<K> request);

    /** As {@link CommitStore#secondaryKeys}. */
    EntryPage<K, Long> secondaryKeys(EntryPageRequest<K> request);

    /** As {@link CommitStore#countAbove}. */
    Count countAbove(long bound);

    /** As {@link CommitStore#keysUpTo}. */
    List<K> keysUpTo(long bound, int limit);

    /** Releases memory and files without writing anything. */
    @Override
    void close();
}
