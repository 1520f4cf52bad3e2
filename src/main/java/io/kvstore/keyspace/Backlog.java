package io.kvstore.keyspace;

import io.kvstore.store.Commit;
import io.kvstore.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Commits that wait for one reader. Whoever adds never waits for the reader: where the backlog is full, all of it is lost,
 * and the reader is told.
 *
 * <p>It is full once it has {@code changesMax} changes or {@code bytesMax} bytes, so that it takes a commit of any size as
 * long as the reader keeps up. Safe for use by any number of threads.
 */
final class Backlog {

    private final int changesMax;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private List<Commit<Key, Value>> commits = new ArrayList<>();
    private long changes;
    private long bytes;
    private boolean lost;
    private boolean closed;

    Backlog(int changesMax, long bytesMax) {
        this.changesMax = changesMax;
        this.bytesMax = bytesMax;
    }

    void add(Commit<Key, Value> commit) {
        lock.lock();
        try {
            if (lost || closed) {
                return;
            }
            if (changes >= changesMax || bytes >= bytesMax) {
                drop();
                return;
            }
            commits.add(commit);
            changes += commit.effects().size();
            bytes += bytes(commit);
            if (commits.size() == 1) {
                news.signal();
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

    /** Loses what there is, and what comes until {@link #restart}. */
    void lose() {
        lock.lock();
        try {
            drop();
        } finally {
            lock.unlock();
        }
    }

    private void drop() {
        lost = true;
        commits = new ArrayList<>();
        news.signal();
    }

    /** Begins anew, empty, where it was lost; says whether it was. */
    boolean restart() {
        lock.lock();
        try {
            boolean wasLost = lost;
            if (wasLost) {
                lost = false;
                changes = 0;
                bytes = 0;
            }
            return wasLost;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes all there is, and waits for something if there is nothing.
     *
     * @return none, when nothing came for so long; null when the backlog is closed
     * @throws StoreException.HistoryGone when it was lost
     */
    @Nullable
    List<Commit<Key, Value>> take(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (commits.isEmpty() && !lost && !closed && left > 0) {
                left = news.awaitNanos(left);
            }
            if (closed) {
                return null;
            }
            if (lost) {
                throw new StoreException.HistoryGone("more changes came than wait for a reader");
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

    /** Takes nothing more, and lets the reader go. */
    void close() {
        lock.lock();
        try {
            closed = true;
            commits = new ArrayList<>();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
