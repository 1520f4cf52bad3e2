package io.kvstore.keyspace;

import io.kvstore.store.Commit;
import io.kvstore.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A queue of commits for one reader. Adding a commit never blocks: if the backlog is full, it overflows, which discards its
 * contents, and the reader gets an exception.
 *
 * <p>The backlog is full once it holds {@code changesMax} changes or {@code bytesMax} bytes. A reader that keeps up can
 * therefore receive a commit of any size. Thread-safe.
 */
final class Backlog {

    private final int changesMax;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmptyOrEnded = lock.newCondition();
    private List<Commit<Key, Value>> commits = new ArrayList<>();
    private long changes;
    private long bytes;
    private boolean overflowed;
    private boolean closed;

    Backlog(int changesMax, long bytesMax) {
        this.changesMax = changesMax;
        this.bytesMax = bytesMax;
    }

    void add(Commit<Key, Value> commit) {
        lock.lock();
        try {
            if (overflowed || closed) {
                return;
            }
            if (changes >= changesMax || bytes >= bytesMax) {
                discard();
                return;
            }
            commits.add(commit);
            changes += commit.effects().size();
            bytes += bytes(commit);
            if (commits.size() == 1) {
                notEmptyOrEnded.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private static long bytes(Commit<Key, Value> commit) {
        long sum = 0;
        for (Commit.Effect<Key, Value> effect : commit.effects()) {
            Value value = effect.value();
            sum += effect.key().size() + (value == null ? 0L : value.bytes().length);
        }
        return sum;
    }

    /** Discards all commits, and those that are added before {@link #restart}. */
    void overflow() {
        lock.lock();
        try {
            discard();
        } finally {
            lock.unlock();
        }
    }

    private void discard() {
        overflowed = true;
        commits = new ArrayList<>();
        notEmptyOrEnded.signal();
    }

    /** Empties a backlog that has overflowed and lets it take commits again; returns whether it had overflowed. */
    boolean restart() {
        lock.lock();
        try {
            boolean hadOverflowed = overflowed;
            if (hadOverflowed) {
                overflowed = false;
                changes = 0;
                bytes = 0;
            }
            return hadOverflowed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes and returns all commits; waits for a commit if there is none.
     *
     * @param nanos how long to wait
     * @return an empty list if no commit was added in time; null if the backlog is closed
     * @throws StoreException.HistoryGone if the backlog has overflowed
     */
    @Nullable
    List<Commit<Key, Value>> take(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (commits.isEmpty() && !overflowed && !closed && left > 0) {
                left = notEmptyOrEnded.awaitNanos(left);
            }
            if (closed) {
                return null;
            }
            if (overflowed) {
                throw new StoreException.HistoryGone("the reader is too slow: the backlog of changes overflowed");
            }
            List<Commit<Key, Value>> taken = commits;
            if (!taken.isEmpty()) {
                commits = new ArrayList<>();
                changes = 0;
                bytes = 0;
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Rejects further commits and wakes the reader. */
    void close() {
        lock.lock();
        try {
            closed = true;
            commits = new ArrayList<>();
            notEmptyOrEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
