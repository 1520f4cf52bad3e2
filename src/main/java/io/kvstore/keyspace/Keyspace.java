package io.kvstore.keyspace;

import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.Change;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Compaction;
import io.kvstore.store.CompletionExecutor;
import io.kvstore.store.Count;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.Snapshot;
import io.kvstore.store.StoreException;
import io.kvstore.store.StoreStats;
import io.kvstore.store.Transaction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Keys with their values, over a store.
 *
 * <p>A key whose time is up does not exist, from one moment on and for everybody; {@link #expire} removes it from the store
 * later, as a change of its own.
 *
 * <p>Safe for use by any number of threads; every method throws what {@link io.kvstore.store.KeyValueStore} says.
 */
public final class Keyspace implements AutoCloseable {

    private static final int EXPIRE_MAX = 1_000;

    private final CommitStore<Key, Value> store;
    private final Timeline timeline;
    private final CommandExecutor executor;
    private final ChangeFeed feed;
    private final LongAdder expired = new LongAdder();

    Keyspace(CommitStore<Key, Value> store, InstantSource clock) {
        this.store = store;
        this.timeline = new Timeline(clock);
        this.executor = new CommandExecutor(store.epoch());
        this.feed = ChangeFeed.start(store);
    }

    /** Options of a store in memory, to be changed as wanted and given to {@link #open}. */
    public static StoreOptions<Key, Value> options() {
        return StoreOptions.of(KeyspaceCodecs.KEYS, KeyspaceCodecs.VALUES).rank(Value::expiryMillis);
    }

    /**
     * As {@link Stores#open}.
     *
     * @param clock tells when values are stored and expire
     */
    public static Keyspace open(StoreOptions<Key, Value> options, InstantSource clock) {
        return new Keyspace(Stores.open(options), clock);
    }

    /** The value of a key, or null when there is none. No copy, and no lock that is held over a disk write. */
    public @Nullable Value get(Key key) {
        Value value = store.get(key);
        return value == null || value.expiryMillis() == SecondaryKey.NONE || !value.isDue(timeline.millis())
                ? value
                : null;
    }

    /** Carries out a command: returns when its outcome, whichever it is, is as durable as the store promises. */
    public Outcome execute(Command command) {
        return begin(command).join();
    }

    /** As {@link #execute}, without waiting for the end of it. */
    public PendingCommit<Outcome> begin(Command command) {
        PendingCommit<Outcome> begun =
                store.begin(transaction -> executor.execute(command, timeline.millis(), transaction));
        return new PendingCommit<>() {
            @Override
            public Outcome join() {
                Outcome outcome = begun.join();
                if (!CommandExecutor.isExpiredFirst(outcome)) {
                    return outcome;
                }
                expire(List.of(command.key()));
                return execute(command);
            }

            @Override
            public boolean onComplete(CompletionExecutor resumer, Runnable task) {
                return begun.onComplete(resumer, task);
            }
        };
    }

    /** Carries out commands in one commit, each seeing those before it: all of them, or none where one of them fails. */
    public BatchOutcome executeAll(List<Command> commands) {
        return executeAll(commands, Long.MAX_VALUE);
    }

    /**
     * As {@link #executeAll(List)}, with a bound to the memory it takes.
     *
     * @param bytesMax the most that all values together may have that the commands read, and that they write, a key's each
     *     time; beyond, they fail as {@link Outcome.Status#TOO_MUCH}
     */
    public BatchOutcome executeAll(List<Command> commands, long bytesMax) {
        return execute(commands, true, bytesMax);
    }

    /** Carries out commands in one commit, each seeing those before it; one that fails leaves the others alone. */
    public BatchOutcome executeEach(List<Command> commands) {
        return execute(commands, false, Long.MAX_VALUE);
    }

    /** As {@link #executeEach}, without waiting for the end of it. The commands are the keyspace's until it is joined. */
    PendingCommit<BatchOutcome> beginEach(List<Command> commands) {
        return begin(commands, false, Long.MAX_VALUE);
    }

    private BatchOutcome execute(List<Command> commands, boolean allOrNone, long bytesMax) {
        return begin(commands, allOrNone, bytesMax).join();
    }

    private PendingCommit<BatchOutcome> begin(List<Command> commands, boolean allOrNone, long bytesMax) {
        List<Key> expired = new ArrayList<>();
        PendingCommit<BatchOutcome> begun =
                store.begin(transaction -> executeWithin(transaction, commands, allOrNone, bytesMax, expired));
        return () -> {
            BatchOutcome outcome = begun.join();
            if (expired.isEmpty()) {
                return outcome;
            }
            expire(expired);
            return execute(commands, allOrNone, bytesMax);
        };
    }

    private BatchOutcome executeWithin(
            Transaction<Key, Value> transaction,
            List<Command> commands,
            boolean allOrNone,
            long bytesMax,
            List<Key> expired) {
        long now = timeline.millis();
        long bytes = 0;
        boolean changed = false;
        boolean failed = false;
        List<Outcome> outcomes = new ArrayList<>(commands.size());
        for (Command command : commands) {
            Outcome outcome = executor.execute(command, now, transaction);
            Value value = outcome.value();
            bytes += value == null ? 0 : value.bytes().length;
            if (bytes > bytesMax) {
                outcomes.add(new Outcome(Outcome.Status.TOO_MUCH, null, transaction.revision() - 1, null));
                failed = true;
                break;
            }
            outcomes.add(outcome);
            if (CommandExecutor.isExpiredFirst(outcome)) {
                expired.add(command.key());
            }
            changed |= outcome.status().isChange();
            failed |= outcome.status().isFailure();
        }
        if (!expired.isEmpty() || (failed && allOrNone)) {
            transaction.rollback();
            changed = false;
        }
        return new BatchOutcome(outcomes, changed ? transaction.revision() : transaction.revision() - 1);
    }

    /**
     * Removes keys whose time is up, each by a commit of its own.
     *
     * @return how many were found due; as long as there are any, there may be more
     */
    public int expire() {
        List<Key> due = store.lowest(timeline.millis(), EXPIRE_MAX);
        expire(due);
        return due.size();
    }

    private void expire(List<Key> keys) {
        List<Change<Key, Value, Boolean>> changes = new ArrayList<>(keys.size());
        for (Key key : keys) {
            changes.add(transaction -> CommandExecutor.expire(key, timeline.millis(), transaction));
        }
        for (boolean removed : store.commitEach(changes)) {
            if (removed) {
                expired.increment();
            }
        }
    }

    /** The name of a value's state, from which its entity tag is made. */
    public Version version(Value value) {
        return new Version(store.epoch(), value.revision());
    }

    /**
     * Walks over keys and values.
     *
     * @param after the key to go on after, or null to begin
     */
    public Walk<Value> walk(Selection selection, @Nullable Key after) {
        return new Walk<>(store::page, Value::expiryMillis, selection, after, timeline);
    }

    /** As {@link #walk}, over keys and when they expire: reads no value that never does. */
    public Walk<Long> walkKeys(Selection selection, @Nullable Key after) {
        return new Walk<>(store::ranks, expiry -> expiry, selection, after, timeline);
    }

    /**
     * Subscribes to the changes of the keys of a selection.
     *
     * @param keys upwards
     * @param from after which place they begin; null for now
     * @throws StoreException.HistoryGone when what follows {@code from} is not kept any longer, or did not happen yet
     */
    public Subscription subscribe(Selection keys, @Nullable Position from) {
        return feed.subscribe(keys, walk(keys, null), from);
    }

    /** Ends all subscriptions, and takes no more. */
    public void endSubscriptions() {
        feed.close();
    }

    /** How many keys there are. Costs what is due and not removed yet. */
    public Count count() {
        return store.countAbove(timeline.millis());
    }

    /** How many keys of a selection there are: walks over them. The revision is the store's when it began. */
    public Count count(Selection selection) {
        Walk<Long> walk = walkKeys(selection, null);
        List<Map.Entry<Key, Long>> page = walk.next();
        long revision = walk.revision();
        long keys = 0;
        while (page != null) {
            keys += page.size();
            page = walk.next();
        }
        return new Count(revision, keys);
    }

    /** The revision of the newest change that readers see. */
    public long revision() {
        return store.revision();
    }

    /** What distinguishes its revisions from those of any other store, as {@link io.kvstore.store.CommitStore#epoch} says. */
    public long epoch() {
        return store.epoch();
    }

    /** The smallest revision after which all changes are still kept. */
    public long oldestRevision() {
        return store.oldestRevision();
    }

    /** The time, in milliseconds since 1970, by which keys expire here. */
    public long nowMillis() {
        return timeline.millis();
    }

    /**
     * Shrinks the store's files while it is used; returns when that is done. As {@link CommitStore#compact}.
     */
    public Compaction compact() {
        return store.compact();
    }

    /** Abandons a compaction that is under way, and has no other begun. */
    public void refuseCompaction() {
        store.refuseCompaction();
    }

    /** As {@link CommitStore#snapshot}: keys that are due are in it, and expire where it is restored. */
    public Snapshot snapshot() {
        return store.snapshot();
    }

    /** As {@link CommitStore#checkpoint}. */
    public void checkpoint() {
        store.checkpoint();
    }

    /** As {@link CommitStore#stats}. */
    public StoreStats stats() {
        return store.stats();
    }

    /** How many keys were removed because their time was up, since it was opened. */
    public long expired() {
        return expired.sum();
    }

    /** How many subscriptions there are. */
    public int subscriptions() {
        return feed.size();
    }

    /** Why nothing can be changed any more, or null while it can. */
    public @Nullable StoreException failure() {
        return store.failure();
    }

    /** Waits for changes under way and closes the store. */
    @Override
    public void close() {
        feed.close();
        store.close();
    }
}
