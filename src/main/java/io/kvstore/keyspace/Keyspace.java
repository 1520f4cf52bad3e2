package io.kvstore.keyspace;

import io.kvstore.storage.CommitStore;
import io.kvstore.storage.Page;
import io.kvstore.storage.PageRequest;
import io.kvstore.storage.Rank;
import io.kvstore.storage.StoreException;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.storage.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * Keys with their values, over a store.
 *
 * <p>Safe for use by any number of threads; every method throws what {@link io.kvstore.storage.KeyValueStore} says.
 */
public final class Keyspace implements AutoCloseable {

    private final CommitStore<Key, Value> store;

    Keyspace(CommitStore<Key, Value> store) {
        this.store = store;
    }

    /** Options of a store in memory, to be changed as wanted and given to {@link #open}. */
    public static StoreOptions<Key, Value> options() {
        return StoreOptions.of(KeyspaceCodecs.KEYS, KeyspaceCodecs.VALUES).rank(Value::expiryMillis);
    }

    /** As {@link Stores#open}. */
    public static Keyspace open(StoreOptions<Key, Value> options) {
        return new Keyspace(Stores.open(options));
    }

    /** The value of a key, or null when there is none. No copy, and no lock that is held over a disk write. */
    public @Nullable Value get(Key key) {
        return store.get(key);
    }

    /** Carries out a command: returns when its outcome, whichever it is, is as durable as the store promises. */
    public Outcome execute(Command command) {
        return store.commit(transaction -> judge(command, transaction));
    }

    private Outcome judge(Command command, Transaction<Key, Value> transaction) {
        Value old = transaction.get(command.key());
        Version current = old == null ? null : version(old);
        if (old == null && command instanceof Command.Delete) {
            return new Outcome(Outcome.Status.MISSING, null, transaction.revision() - 1);
        }
        if (!command.conditions().hold(current)) {
            long revision = old == null ? transaction.revision() - 1 : old.revision();
            return new Outcome(Outcome.Status.CONDITION_FAILED, current, revision);
        }
        long revision = transaction.revision();
        if (command instanceof Command.Put put) {
            Value value = new Value(put.content(), revision, put.nowMillis(), Rank.NONE);
            transaction.put(put.key(), value);
            return new Outcome(
                    old == null ? Outcome.Status.CREATED : Outcome.Status.REPLACED, version(value), revision);
        }
        transaction.delete(command.key());
        return new Outcome(Outcome.Status.DELETED, null, revision);
    }

    /** The name of a value's state, from which its entity tag is made. */
    public Version version(Value value) {
        return new Version(store.epoch(), value.revision());
    }

    /** A page of the entries in a range, all of one published state. */
    public Page<Key, Value> page(PageRequest<Key> request) {
        return store.page(request);
    }

    /** How many keys there are: constant time. */
    public long count() {
        return store.size();
    }

    /** The revision of the newest change that readers see. */
    public long revision() {
        return store.revision();
    }

    /** Why nothing can be changed any more, or null while it can. */
    public @Nullable StoreException failure() {
        return store.failure();
    }

    /** Waits for changes under way and closes the store. */
    @Override
    public void close() {
        store.close();
    }
}
