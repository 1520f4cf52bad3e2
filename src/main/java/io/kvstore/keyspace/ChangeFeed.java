package io.kvstore.keyspace;

import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.StoreException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/*
 * To wake a thread costs some microseconds, and a change may be for a thousand watchers, so whoever commits hands it to one
 * thread, which hands it on to the watchers. A commit costs its writer the same, however many watch, and nothing while
 * nobody does.
 */
/**
 * Hands every commit of a store on to the subscriptions it concerns.
 *
 * <p>Costs some nanoseconds for each commit and subscription; holds references to values, and copies none. Safe for use by
 * any number of threads.
 */
final class ChangeFeed implements AutoCloseable {

    private static final int CHANGES_MAX = 100_000;
    private static final long BYTES_MAX = 64 << 20;

    private final CommitStore<Key, Value> store;
    private final Backlog told = new Backlog(CHANGES_MAX, BYTES_MAX);
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "kvstore-feed");
    private volatile long handedOn;

    private ChangeFeed(CommitStore<Key, Value> store) {
        this.store = store;
    }

    static ChangeFeed start(CommitStore<Key, Value> store) {
        ChangeFeed feed = new ChangeFeed(store);
        store.observe(feed::tell);
        feed.thread.setDaemon(true);
        feed.thread.start();
        return feed;
    }

    /** On the thread that commits. A subscription that is not there yet will find the commit in what it can read. */
    private void tell(Commit<Key, Value> commit) {
        if (!subscriptions.isEmpty()) {
            told.add(commit);
        }
    }

    private void run() {
        try {
            boolean open = true;
            while (open) {
                open = handOn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean handOn() throws InterruptedException {
        List<Commit<Key, Value>> commits;
        try {
            commits = told.take(Long.MAX_VALUE);
        } catch (StoreException.HistoryGone e) {
            told.restart();
            subscriptions.forEach(Subscription::lose);
            return true;
        }
        if (commits == null) {
            return false;
        }
        if (!commits.isEmpty()) {
            for (Subscription each : subscriptions) {
                each.offer(commits);
            }
            handedOn = commits.get(commits.size() - 1).revision();
        }
        return true;
    }

    /**
     * A subscription to the keys of a selection.
     *
     * @param rows over these keys, upwards
     * @param from after which place it begins; null for now
     * @throws StoreException.HistoryGone when what follows {@code from} is not kept any longer, or did not happen yet
     */
    Subscription subscribe(Selection keys, Walk<Value> rows, @Nullable Position from) {
        Subscription subscription = new Subscription(this, keys, rows);
        subscriptions.add(subscription);
        try {
            if (told.isClosed()) {
                throw new StoreException.Closed();
            }
            subscription.begin(from);
            return subscription;
        } catch (RuntimeException | Error e) {
            remove(subscription);
            throw e;
        }
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    /** How many subscriptions there are. */
    int size() {
        return subscriptions.size();
    }

    CommitStore<Key, Value> store() {
        return store;
    }

    /** The revision up to which all commits have been handed on to those who subscribed before. */
    long handedOn() {
        return handedOn;
    }

    /** Ends all subscriptions, and takes no more. */
    @Override
    public void close() {
        told.close();
        subscriptions.forEach(Subscription::end);
    }
}
