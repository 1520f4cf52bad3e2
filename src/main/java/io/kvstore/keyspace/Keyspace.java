package io.kvstore.keyspace;

import io.kvstore.store.Change;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Compaction;
import io.kvstore.store.CompletionExecutor;
import io.kvstore.store.Count;
import io.kvstore.store.EntryFormat;
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
 * Keys with their values, stored in a {@link CommitStore}.
 *
 * <p>An expired key counts as missing for all readers from the same moment on. {@link #expire} removes it from the store
 * later, in a commit of its own.
 *
 * <p>Thread-safe. Every method throws the exceptions that {@link io.kvstore.store.KeyValueStore} specifies.
 */
public final class Keyspace implements AutoCloseable {

    /** The format of the entries of a store for a keyspace. The secondary key is the time of expiry. */
    public static final EntryFormat<Key, Value> FORMAT =
            new EntryFormat<>(KeyspaceCodecs.KEYS, KeyspaceCodecs.VALUES, Value::expiryMillis);

    private static final int EXPIRE_MAX = 1_000;

    private final CommitStore<Key, Value> store;
    private final Timeline timeline;
    private final CommandExecutor commandExecutor;
    private final ChangeFeed feed;
    private final LongAdder expired = new LongAdder();

    /**
     * Creates a keyspace, which closes the store when it is closed.
     *
     * @param store opened with {@link #FORMAT}
     * @param clock the source of the times at which values are stored and expire
     */
    public Keyspace(CommitStore<Key, Value> store, InstantSource clock) {
        this.store = store;
        this.timeline = new Timeline(clock);
        this.commandExecutor = new CommandExecutor(store.epoch());
        this.feed = ChangeFeed.start(store);
    }

    /**
     * Returns the value of a key, or null if the key does not exist. Does not copy the value and does not wait for disk
     * writes.
     */
    public @Nullable Value get(Key key) {
        Value value = store.get(key);
        return value == null || value.expiryMillis() == SecondaryKey.NONE || !value.isExpired(timeline.millis())
                ? value
                : null;
    }

    /** Executes a command; returns once its outcome, whichever it is, is as durable as the store promises. */
    public Outcome execute(Command command) {
        return begin(command).join();
    }

    /** Executes a command as {@link #execute} does, without waiting for its commit. */
    public PendingCommit<Outcome> begin(Command command) {
        PendingCommit<Outcome> commit =
                store.begin(transaction -> commandExecutor.execute(command, timeline.millis(), transaction));
        return new PendingCommit<>() {
            @Override
            public Outcome join() {
                Outcome outcome = commit.join();
                if (!CommandExecutor.isExpiredFirst(outcome)) {
                    return outcome;
                }
                expire(List.of(command.key()));
                return execute(command);
            }

            @Override
            public boolean onComplete(CompletionExecutor executor, Runnable task) {
                return commit.onComplete(executor, task);
            }
        };
    }

    /**
     * Executes commands in one commit, atomically: if one of them fails, none changes anything. Each command sees the changes
     * of those before it.
     */
    public BatchOutcome executeAll(List<Command> commands) {
        return executeAll(commands, Long.MAX_VALUE);
    }

    /**
     * Executes commands as {@link #executeAll(List)} does, with a limit on the memory that they take.
     *
     * @param bytesMax the maximum size of all values that the commands read and write, where a value counts each time; the
     *     command that exceeds it fails as {@link Outcome.Status#TOO_MUCH}
     */
    public BatchOutcome executeAll(List<Command> commands, long bytesMax) {
        return execute(commands, true, bytesMax);
    }

    /**
     * Executes commands in one commit. Each command sees the changes of those before it; a command that fails does not affect
     * the others.
     */
    public BatchOutcome executeEach(List<Command> commands) {
        return execute(commands, false, Long.MAX_VALUE);
    }

    /**
     * Executes commands as {@link #executeEach} does, without waiting for the commit. The caller must not modify the list
     * before it has joined the commit.
     */
    PendingCommit<BatchOutcome> beginEach(List<Command> commands) {
        return begin(commands, false, Long.MAX_VALUE);
    }

    private BatchOutcome execute(List<Command> commands, boolean allOrNone, long bytesMax) {
        return begin(commands, allOrNone, bytesMax).join();
    }

    private PendingCommit<BatchOutcome> begin(List<Command> commands, boolean allOrNone, long bytesMax) {
        List<Key> expired = new ArrayList<>();
        PendingCommit<BatchOutcome> commit =
                store.begin(transaction -> executeWithin(transaction, commands, allOrNone, bytesMax, expired));
        return () -> {
            BatchOutcome outcome = commit.join();
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
            Outcome outcome = commandExecutor.execute(command, now, transaction);
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
     * Removes expired keys from the store, each in a commit of its own and at most 1,000 with one call.
     *
     * @return the number of expired keys that were found; if it is not 0, there may be more
     */
    public int expire() {
        List<Key> found = store.keysUpTo(timeline.millis(), EXPIRE_MAX);
        expire(found);
        return found.size();
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

    /** Returns the identifier of the state that a value belongs to; the entity tag consists of it. */
    public Version version(Value value) {
        return new Version(store.epoch(), value.revision());
    }

    /**
     * Returns a walk over keys and values.
     *
     * @param after the key after which the walk starts, or null for the start of the selection
     */
    public Walk<Value> walk(Selection selection, @Nullable Key after) {
        return new Walk<>(store::page, Value::expiryMillis, selection, after, timeline);
    }

    /** Returns a walk over keys and their times of expiry; it reads no values of keys that never expire. */
    public Walk<Long> walkKeys(Selection selection, @Nullable Key after) {
        return new Walk<>(store::secondaryKeys, expiry -> expiry, selection, after, timeline);
    }

    /**
     * Subscribes to the changes of the keys of a selection.
     *
     * @param keys in ascending order
     * @param from the position after which the changes begin; null for the current end of the history
     * @throws StoreException.HistoryGone if the changes after {@code from} are no longer kept, or {@code from} is in the
     *     future
     */
    public Subscription subscribe(Selection keys, @Nullable Position from) {
        return feed.subscribe(keys, walk(keys, null), from);
    }

    /** Ends all subscriptions and rejects new ones. */
    public void endSubscriptions() {
        feed.close();
    }

    /** Returns the number of keys. Takes time in proportion to the expired keys that have not been removed yet. */
    public Count count() {
        return store.countAbove(timeline.millis());
    }

    /** Counts the keys of a selection by walking over them. The revision is that of the first page. */
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

    /** Returns the revision of the latest change that is visible to readers. */
    public long revision() {
        return store.revision();
    }

    /** Returns the number that distinguishes the revisions of this store from those of others, see {@link CommitStore#epoch}. */
    public long epoch() {
        return store.epoch();
    }

    /** Returns the smallest revision after which all changes are still kept. */
    public long oldestRevision() {
        return store.oldestRevision();
    }

    /** Returns the time that decides whether a key has expired, in milliseconds since 1970. */
    public long nowMillis() {
        return timeline.millis();
    }

    /**
     * Compacts the files of the store while it is in use; returns when that is done. See {@link CommitStore#compact}.
     */
    public Compaction compact() {
        return store.compact();
    }

    /** Aborts a running compaction and rejects new ones. */
    public void refuseCompaction() {
        store.refuseCompaction();
    }

    /** Returns a snapshot, see {@link CommitStore#snapshot}. It includes expired keys, which stay expired when restored. */
    public Snapshot snapshot() {
        return store.snapshot();
    }

    /** Writes a checkpoint, see {@link CommitStore#checkpoint}. */
    public void checkpoint() {
        store.checkpoint();
    }

    /** Returns statistics, see {@link CommitStore#stats}. */
    public StoreStats stats() {
        return store.stats();
    }

    /** Returns how many keys have been removed because they expired, since the keyspace was opened. */
    public long expired() {
        return expired.sum();
    }

    /** Returns the number of subscriptions. */
    public int subscriptions() {
        return feed.size();
    }

    /** Returns the failure that made the store read-only, or null if it accepts changes. */
    public @Nullable StoreException failure() {
        return store.failure();
    }

    /** Waits for running commits and closes the store. */
    @Override
    public void close() {
        feed.close();
        store.close();
    }
}
