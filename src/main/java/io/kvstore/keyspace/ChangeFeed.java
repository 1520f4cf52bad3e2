package io.kvstore.keyspace;

import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.StoreException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/*
 * Waking a thread costs some microseconds, and a change may concern a thousand watchers. The committing thread therefore
 * passes commits to a single thread, which delivers them to the watchers. The cost for a writer does not depend on the
 * number of watchers, and without watchers there is none.
 */
/**
 * Delivers the commits of a store to the subscriptions whose keys they change.
 *
 * <p>Costs some nanoseconds for each commit and subscription. Holds references to values and copies none. Thread-safe.
 */
final class ChangeFeed implements AutoCloseable {

    private static final int CHANGES_MAX = 100_000;
    private static final long BYTES_MAX = 64 << 20;

    private final CommitStore<Key, Value> store;
    private final Backlog backlog = new Backlog(CHANGES_MAX, BYTES_MAX);
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "kvstore-feed");
    private volatile long deliveredRevision;

    private ChangeFeed(CommitStore<Key, Value> store) {
        this.store = store;
    }

    static ChangeFeed start(CommitStore<Key, Value> store) {
        ChangeFeed feed = new ChangeFeed(store);
        store.observe(feed::publish);
        feed.thread.setDaemon(true);
        feed.thread.start();
        return feed;
    }

    /**
     * Runs on the thread that commits. A subscription that is added later finds the commit in the state or the history that
     * it reads.
     */
    private void publish(Commit<Key, Value> commit) {
        if (!subscriptions.isEmpty()) {
            backlog.add(commit);
        }
    }

    private void run() {
        try {
            boolean open = true;
            while (open) {
                open = deliver();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for commits and delivers them; returns whether the feed is still open. */
    private boolean deliver() throws InterruptedException {
        List<Commit<Key, Value>> commits;
        try {
            commits = backlog.take(Long.MAX_VALUE);
        } catch (StoreException.HistoryGone e) {
            backlog.restart();
            subscriptions.forEach(Subscription::overflow);
            return true;
        }
        if (commits == null) {
            return false;
        }
        if (!commits.isEmpty()) {
            for (Subscription each : subscriptions) {
                each.offer(commits);
            }
            deliveredRevision = commits.get(commits.size() - 1).revision();
        }
        return true;
    }

    /**
     * Subscribes to the changes of the keys of a selection.
     *
     * @param rows a walk over these keys, in ascending order
     * @param from the position after which the changes begin; null for the current end of the history
     * @throws StoreException.HistoryGone if the changes after {@code from} are no longer kept, or {@code from} is in the
     *     future
     */
    Subscription subscribe(Selection keys, Walk<Value> rows, @Nullable Position from) {
        Subscription subscription = new Subscription(this, keys, rows);
        subscriptions.add(subscription);
        try {
            if (backlog.isClosed()) {
                throw new StoreException.Closed();
            }
            subscription.start(from);
            return subscription;
        } catch (RuntimeException | Error e) {
            remove(subscription);
            throw e;
        }
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    /** Returns the number of subscriptions. */
    int size() {
        return subscriptions.size();
    }

    CommitStore<Key, Value> store() {
        return store;
    }

    /** Returns the revision up to which all commits have been delivered to the subscriptions that existed before. */
    long deliveredRevision() {
        return deliveredRevision;
    }

    /** Ends all subscriptions and rejects new ones. */
    @Override
    public void close() {
        backlog.close();
        subscriptions.forEach(Subscription::end);
    }
}
