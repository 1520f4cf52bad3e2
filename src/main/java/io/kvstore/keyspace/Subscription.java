package io.kvstore.keyspace;

import io.kvstore.store.Commit;
import io.kvstore.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/*
 * From the moment of subscribing, the backlog receives all commits. Earlier commits are visible by then. So if the
 * store's revision is read after that moment, the history contains all changes up to this revision, and the backlog
 * contains all later ones. If the backlog overflows while the history is being read, it is restarted with a later
 * revision. If it overflows afterwards, the subscription ends.
 *
 * The existing rows are read in pages, each page from a different state, while other clients write. The changes begin
 * at the revision of subscribing, which is before all of these states, so none is missed. Changes that the page of
 * their key already contains are left out; otherwise the key would appear to go back to an older value. For that it
 * suffices to record the last key and the revision of each page.
 */
/**
 * A stream of the changes of the keys of a selection, in order and without gaps, optionally preceded by the existing rows.
 *
 * <p>Changes that the reader has not yet taken are held by reference, up to 10,000 changes or 16 MiB plus one commit. For one
 * reader, which must {@link #close} the subscription.
 */
public final class Subscription implements AutoCloseable {

    private static final int CHANGES_MAX = 10_000;
    private static final long BYTES_MAX = 16 << 20;

    private final ChangeFeed feed;
    private final Selection keys;
    private final Walk<Value> rows;
    private final Backlog backlog = new Backlog(CHANGES_MAX, BYTES_MAX);
    private final NavigableMap<Key, Long> shown = new TreeMap<>();
    private long shownLast;
    private long backlogAfter;
    private boolean caughtUp;
    private Position position = Position.after(0);

    /** @param rows a walk over these keys, from the first one */
    Subscription(ChangeFeed feed, Selection keys, Walk<Value> rows) {
        this.feed = feed;
        this.keys = keys;
        this.rows = rows;
    }

    /** Sets the position of the first change. Must be called after the feed has begun to offer commits. */
    void start(@Nullable Position from) {
        backlogAfter = feed.store().revision();
        position = from == null ? Position.after(backlogAfter) : from;
        long oldest = feed.store().oldestRevision();
        if (position.revision() > backlogAfter || position.historyAfter() < oldest) {
            throw new StoreException.HistoryGone("cannot read the changes after revision " + position.revision()
                    + ": the history covers revisions " + oldest + " to " + backlogAfter);
        }
    }

    /** Runs on the thread of the feed. */
    void offer(List<Commit<Key, Value>> commits) {
        for (Commit<Key, Value> commit : commits) {
            if (concerns(commit)) {
                backlog.add(commit);
            }
        }
    }

    private boolean concerns(Commit<Key, Value> commit) {
        for (Commit.Effect<Key, Value> effect : commit.effects()) {
            if (keys.contains(effect.key())) {
                return true;
            }
        }
        return false;
    }

    void overflow() {
        backlog.overflow();
    }

    void end() {
        backlog.close();
    }

    /** Returns the position up to which all changes of the selected keys have been returned to the reader. */
    public Position position() {
        return position;
    }

    /**
     * Returns the next page of the existing rows, which may be empty; null if there are no more pages. The reader must read
     * all pages before the first call of {@link #next}, or none.
     */
    public @Nullable List<Map.Entry<Key, Value>> rows() {
        List<Map.Entry<Key, Value>> page = rows.next();
        Key last = rows.position();
        if (page == null) {
            return null;
        }
        if (rows.isLast() || last == null) {
            shownLast = rows.revision();
            return page;
        }
        Map.Entry<Key, Long> before = shown.lastEntry();
        if (before != null && before.getValue() == rows.revision()) {
            shown.remove(before.getKey());
        }
        shown.put(last, rows.revision());
        return page;
    }

    private boolean isShown(Key key, long revision) {
        if (revision > shownLast) {
            return false; // the revisions of the pages ascend
        }
        Map.Entry<Key, Long> page = shown.ceilingEntry(key);
        return revision <= (page == null ? shownLast : page.getValue());
    }

    /**
     * Returns the next changes; waits for a change if there is none.
     *
     * @param limit how long to wait
     * @return an empty list if nothing changed in time; null if no more changes will follow because the keyspace is closing
     * @throws StoreException.HistoryGone if the reader was too slow and changes that it has not read were discarded
     */
    public @Nullable List<Event> next(Duration limit) throws InterruptedException {
        while (!caughtUp) {
            List<Event> events = catchUp();
            if (backlog.isClosed()) {
                return null;
            }
            if (!events.isEmpty()) {
                return events;
            }
        }
        long delivered = feed.deliveredRevision(); // read before the backlog, which contains all of these commits
        List<Commit<Key, Value>> commits = backlog.take(limit.toNanos());
        if (commits == null) {
            return null;
        }
        if (commits.isEmpty()) {
            advanceTo(Position.after(delivered));
        }
        return events(commits);
    }

    private List<Event> catchUp() {
        if (position.compareTo(Position.after(backlogAfter)) >= 0) {
            if (backlog.restart()) {
                backlogAfter = feed.store().revision();
            } else {
                caughtUp = true;
            }
            return List.of();
        }
        List<Commit<Key, Value>> commits = feed.store().history(position.historyAfter());
        if (commits.isEmpty()) {
            // A commit that is visible and not yet in the history is in the backlog, because the feed is notified
            // later.
            backlogAfter = position.revision();
        }
        return events(commits);
    }

    private List<Event> events(List<Commit<Key, Value>> commits) {
        List<Event> events = new ArrayList<>(commits.size());
        for (Commit<Key, Value> commit : commits) {
            long revision = commit.revision();
            List<Commit.Effect<Key, Value>> effects = commit.effects();
            for (int index = 0; index < effects.size(); index++) {
                Commit.Effect<Key, Value> effect = effects.get(index);
                Key key = effect.key();
                if (keys.contains(key) && isAfterPosition(revision, index) && !isShown(key, revision)) {
                    events.add(new Event(
                            revision, index, key, effect.value(), effect.reason() == CommandExecutor.EXPIRED));
                }
            }
            advanceTo(Position.after(revision));
        }
        return events;
    }

    private boolean isAfterPosition(long revision, int index) {
        return revision > position.revision() || (revision == position.revision() && index > position.index());
    }

    private void advanceTo(Position reached) {
        if (reached.compareTo(position) > 0) {
            position = reached;
        }
    }

    /** Ends the subscription and releases the changes that it holds. */
    @Override
    public void close() {
        backlog.close();
        feed.remove(this);
    }
}
