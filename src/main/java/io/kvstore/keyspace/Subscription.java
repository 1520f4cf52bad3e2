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
 * Commits arrive in a backlog from the moment of subscribing on. Whatever had been committed by then is visible, so reading
 * the store's revision after that moment gives a point up to which the history has everything, and from which on the
 * backlog does. A backlog that overflows while the history is still being read is begun anew with a later such point; one
 * that overflows afterwards ends the subscription.
 *
 * The rows that there are come in pages, each of a state of its own, while others write. The changes that follow begin at
 * the revision of subscribing, before all of these states, so that none is missed; those that a row's page has in it
 * already are left out, or a key would go back. For that it is enough to know the last key and the revision of each page.
 */
/**
 * The changes of the keys of a selection, in order and without a gap, and before them, if wanted, the rows that there are.
 *
 * <p>What its reader has not come for yet is held by reference: 10,000 changes or 16 MiB at most, and one commit more. For
 * one reader; {@link #close} when it needs no more.
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

    /** @param rows over these keys, from the first on */
    Subscription(ChangeFeed feed, Selection keys, Walk<Value> rows) {
        this.feed = feed;
        this.keys = keys;
        this.rows = rows;
    }

    /** To be called once it is being offered commits. */
    void begin(@Nullable Position from) {
        backlogAfter = feed.store().revision();
        position = from == null ? Position.after(backlogAfter) : from;
        long oldest = feed.store().oldestRevision();
        if (position.revision() > backlogAfter || position.historyAfter() < oldest) {
            throw new StoreException.HistoryGone("changes are kept from revision " + oldest + " to " + backlogAfter
                    + ", and those after " + position.revision() + " were asked for");
        }
    }

    /* On the feed's thread. */
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

    void lose() {
        backlog.lose();
    }

    void end() {
        backlog.close();
    }

    /** The place up to which everything has been handed out, or was none of these keys. */
    public Position position() {
        return position;
    }

    /**
     * The next page of the rows that there are, which may be none; null when there are no more. To be read to the end before
     * the changes that follow, or not at all.
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
            return false; // the pages' revisions ascend
        }
        Map.Entry<Key, Long> page = shown.ceilingEntry(key);
        return revision <= (page == null ? shownLast : page.getValue());
    }

    /**
     * The next changes, waited for where there are none yet.
     *
     * @return none, when nothing came for so long; null when there will be no more because the keyspace is being closed
     * @throws StoreException.HistoryGone when the reader was too slow, and changes it has not seen are gone
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
        long handedOn = feed.handedOn(); // before looking: what has been handed on by now is there
        List<Commit<Key, Value>> commits = backlog.take(limit.toNanos());
        if (commits == null) {
            return null;
        }
        if (commits.isEmpty()) {
            goOn(Position.after(handedOn));
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
            // What is visible and not in the history yet is in the backlog, for it is told after that.
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
                if (keys.contains(key) && isAhead(revision, index) && !isShown(key, revision)) {
                    events.add(new Event(
                            revision, index, key, effect.value(), effect.reason() == CommandExecutor.EXPIRED));
                }
            }
            goOn(Position.after(revision));
        }
        return events;
    }

    private boolean isAhead(long revision, int index) {
        return revision > position.revision() || (revision == position.revision() && index > position.index());
    }

    private void goOn(Position reached) {
        if (reached.compareTo(position) > 0) {
            position = reached;
        }
    }

    /** Lets go of what it holds. */
    @Override
    public void close() {
        backlog.close();
        feed.remove(this);
    }
}
