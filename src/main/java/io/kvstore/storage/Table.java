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
 * Where the entries of a store live: what is published, and nothing else.
 *
 * <p>One thread at a time applies commits; any number read meanwhile. A page and a count are of one state between
 * commits. A point read needs no lock, but waits while a commit of several effects is applied, so that nobody ever sees
 * half of it.
 */
public interface Table<K, V> extends AutoCloseable {

    @Nullable
    V get(K key);

    /**
     * Publishes commits, in order, in one exclusive section.
     *
     * @throws IOException when the table's memory of itself may be broken: nothing may be applied any more
     */
    void apply(List<Commit<K, V>> commits) throws IOException;

    /**
     * Has a commit refused that there is no room for. On the thread that applies.
     *
     * @throws StoreException.MemoryFull when the table lives in memory, and has as much as it may
     */
    default void checkRoom(Commit<K, V> commit) {}

    /** The revision of the newest commit applied. */
    long revision();

    long size();

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
