package io.kvstore.storage;

import io.kvstore.store.Commit;
import io.kvstore.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A transaction on a table plus the earlier commits of the same group, which are not applied yet. Collects effects:
 * {@link #end} keeps them for the rest of the group, {@link #rollback} discards them.
 */
final class TableTransaction<K, V> implements Transaction<K, V> {

    private final Table<K, V> table;
    private final Map<K, Commit.Effect<K, V>> group = new HashMap<>();
    private final Map<K, Commit.Effect<K, V>> own = new HashMap<>();
    private List<Commit.Effect<K, V>> effects = new ArrayList<>(1);
    private long revision;

    TableTransaction(Table<K, V> table) {
        this.table = table;
        this.revision = table.revision() + 1;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public @Nullable V get(K key) {
        Commit.Effect<K, V> effect = effects.isEmpty() ? null : own.get(key);
        if (effect == null && !group.isEmpty()) {
            effect = group.get(key);
        }
        return effect == null ? table.get(key) : effect.value();
    }

    @Override
    public void put(K key, V value) {
        add(new Commit.Effect<>(key, Objects.requireNonNull(value, "value"), 0));
    }

    @Override
    public void delete(K key, int reason) {
        if (reason < 0 || reason > 255) {
            throw new IllegalArgumentException("reason " + reason + " is not from 0 to 255");
        }
        if (get(key) != null) {
            add(new Commit.Effect<>(key, null, reason));
        }
    }

    private void add(Commit.Effect<K, V> effect) {
        own.put(effect.key(), effect);
        effects.add(effect);
    }

    /** Returns the effects since the last {@link #end} or {@link #rollback} as a commit, or null if there are none. */
    @Nullable
    Commit<K, V> commit() {
        return effects.isEmpty() ? null : new Commit<>(revision, effects);
    }

    /** Makes the effects visible to later changes of the group. They now belong to the commit. */
    void end() {
        group.putAll(own);
        own.clear();
        effects = new ArrayList<>(1);
        revision++;
    }

    @Override
    public void rollback() {
        own.clear();
        effects = new ArrayList<>(1);
    }

    /** Starts a new group. The commits of the previous group must have been applied to the table or discarded. */
    void beginGroup() {
        group.clear();
        revision = table.revision() + 1;
    }
}
