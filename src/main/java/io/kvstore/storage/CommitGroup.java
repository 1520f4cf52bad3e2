package io.kvstore.storage;

import io.kvstore.store.Commit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Commits that become durable together, each with its encoded size. Reused from group to group. Not thread-safe. */
final class CommitGroup<K, V> {

    private static final int SIZES_INITIAL = 16;

    private final List<Commit<K, V>> commits = new ArrayList<>();
    private final List<Commit<K, V>> view = Collections.unmodifiableList(commits);
    private int[] sizes = new int[SIZES_INITIAL];
    private long bytes;

    /** Adds a commit; adds nothing if memory runs out. */
    void add(Commit<K, V> commit, int size) {
        int count = commits.size();
        if (count == sizes.length) {
            sizes = Arrays.copyOf(sizes, 2 * count);
        }
        commits.add(commit);
        sizes[count] = size;
        bytes += size;
    }

    boolean isEmpty() {
        return commits.isEmpty();
    }

    /** Returns a view of the commits, by ascending revision. */
    List<Commit<K, V>> commits() {
        return view;
    }

    /**
     * Returns the encoded size of the commit at an index of {@link #commits}, as {@link CommitLog#size} returned it.
     */
    int size(int index) {
        return sizes[index];
    }

    /** Returns the encoded size of all commits. */
    long bytes() {
        return bytes;
    }

    void clear() {
        commits.clear();
        bytes = 0;
    }
}
