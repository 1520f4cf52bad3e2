package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.Commit;
import io.kvstore.store.Commit.Effect;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Durability;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Records the commits of a store and their outcomes, and checks its contents after a crash against them. */
final class CrashLedger {

    private final List<Commit<String, String>> commits;
    private final NavigableMap<String, String> entries;
    private final Set<String> keysEver;
    /** The states that readers saw in each epoch. A revision of an epoch must never identify another state. */
    private final Map<Long, Map<Long, List<Effect<String, String>>>> shown;

    private final Durability durability;
    /** The newest requested commit, or null if its outcome has been recorded. */
    private @Nullable Commit<String, String> requested;
    /** The commit whose outcome is unknown, or null. */
    private @Nullable Commit<String, String> unknown;

    private @Nullable Long epoch;
    private long durable;

    CrashLedger(Durability durability) {
        this(durability, new ArrayList<>(), new TreeMap<>(), new HashSet<>(), new HashMap<>());
    }

    private CrashLedger(
            Durability durability,
            List<Commit<String, String>> commits,
            NavigableMap<String, String> entries,
            Set<String> keysEver,
            Map<Long, Map<Long, List<Effect<String, String>>>> shown) {
        this.durability = durability;
        this.commits = commits;
        this.entries = entries;
        this.keysEver = keysEver;
        this.shown = shown;
    }

    CrashLedger copy() {
        Map<Long, Map<Long, List<Effect<String, String>>>> shownCopy = new HashMap<>();
        shown.forEach((epoch, revisions) -> shownCopy.put(epoch, new HashMap<>(revisions)));
        CrashLedger copy = new CrashLedger(
                durability, new ArrayList<>(commits), new TreeMap<>(entries), new HashSet<>(keysEver), shownCopy);
        copy.unknown = unknown;
        copy.durable = durable;
        copy.epoch = epoch;
        return copy;
    }

    @Nullable
    String get(String key) {
        return entries.get(key);
    }

    /** Returns the revision of the newest commit that readers saw. */
    long revision() {
        return commits.size();
    }

    /** Returns the effects that a commit of these changes would have now. */
    List<Effect<String, String>> effects(List<CrashScript.Single> changes) {
        Map<String, @Nullable String> own = new HashMap<>();
        List<Effect<String, String>> effects = new ArrayList<>();
        for (CrashScript.Single change : changes) {
            boolean present =
                    own.containsKey(change.key()) ? own.get(change.key()) != null : entries.containsKey(change.key());
            if (change.value() != null || present) {
                effects.add(new Effect<>(change.key(), change.value(), 0));
                own.put(change.key(), change.value());
            }
        }
        return effects;
    }

    /** Records that a commit is requested. It may take effect from now on. */
    void request(List<Effect<String, String>> effects) {
        effects.forEach(effect -> keysEver.add(effect.key()));
        requested = effects.isEmpty() ? null : new Commit<>(revision() + 1, effects);
    }

    /** Records that the requested commit succeeded. Readers saw its effects. */
    void acknowledged() {
        if (requested != null) {
            assertThat(unknown)
                    .as("outcome that is unknown while a later commit succeeds")
                    .isNull();
            show(requested);
            append(requested);
            requested = null;
        }
    }

    /** Records that the requested commit was rejected. */
    void rejected() {
        requested = null;
    }

    /**
     * Records that the outcome of the requested commit is unknown. Readers do not see it before the store is opened
     * again.
     */
    void unknown() {
        if (requested != null) {
            assertThat(unknown)
                    .as("outcome that is unknown while a later commit is tried")
                    .isNull();
            unknown = requested;
            requested = null;
        }
    }

    /** Records that all commits that readers have seen are durable. */
    void durable() {
        durable = revision();
    }

    private void append(Commit<String, String> commit) {
        commits.add(commit);
        apply(entries, commit);
    }

    private static void apply(Map<String, String> entries, Commit<String, String> commit) {
        for (Effect<String, String> effect : commit.effects()) {
            String value = effect.value();
            if (value == null) {
                entries.remove(effect.key());
            } else {
                entries.put(effect.key(), value);
            }
        }
    }

    private void show(Commit<String, String> commit) {
        List<Effect<String, String>> other = shown.computeIfAbsent(
                        Objects.requireNonNull(epoch), each -> new HashMap<>())
                .putIfAbsent(commit.revision(), commit.effects());
        if (other != null) {
            assertThat(commit.effects())
                    .as("epoch %d and revision %d identified another state before", epoch, commit.revision())
                    .isEqualTo(other);
        }
    }

    /**
     * Checks the contents of a store that was opened again, and continues with them.
     *
     * @param powerCut whether the power failed since the store was last open
     */
    void recover(CommitStore<String, String> store, boolean powerCut) {
        long least = powerCut && durability != Durability.ALWAYS ? durable : revision();
        long newest = revision() + (unknown == null ? 0 : 1);
        assertThat(store.revision()).as("revision after opening").isBetween(least, newest);
        if (unknown != null && store.revision() == newest) {
            append(unknown);
        }
        unknown = null;
        if (store.revision() < revision()) {
            commits.subList((int) store.revision(), commits.size()).clear();
            entries.clear();
            commits.forEach(commit -> apply(entries, commit));
        }
        if (epoch != null && durability == Durability.ALWAYS) {
            assertThat(store.epoch()).as("epoch").isEqualTo(epoch);
        }
        epoch = store.epoch();
        commits.forEach(this::show);
        check(store);
    }

    /** Checks that readers see exactly the recorded contents and history. */
    void check(CommitStore<String, String> store) {
        assertThat(store.revision()).as("revision").isEqualTo(revision());
        NavigableMap<String, String> listed = new TreeMap<>();
        List<String> order = new ArrayList<>();
        store.entries().forEachRemaining(entry -> {
            listed.put(entry.getKey(), entry.getValue());
            order.add(entry.getKey());
        });
        assertThat(listed).as("entries at revision %d", revision()).isEqualTo(entries);
        assertThat(order).as("order of the entries").isEqualTo(new ArrayList<>(entries.keySet()));
        assertThat(store.size()).as("size").isEqualTo(entries.size());
        for (String key : keysEver) {
            assertThat(store.get(key)).as("value of %s", key).isEqualTo(entries.get(key));
        }
        checkSecondaryOrder(store);
        checkHistory(store);
    }

    private void checkSecondaryOrder(CommitStore<String, String> store) {
        TreeMap<Long, Set<String>> bySecondaryKey = new TreeMap<>();
        entries.forEach((key, value) -> {
            if (TextCodec.secondaryKey(value) != SecondaryKey.NONE) {
                bySecondaryKey
                        .computeIfAbsent(TextCodec.secondaryKey(value), number -> new TreeSet<>())
                        .add(key);
            }
        });
        List<String> all = new ArrayList<>();
        bySecondaryKey.values().forEach(all::addAll);
        List<String> lowest = new ArrayList<>();
        bySecondaryKey.headMap(20L, true).values().forEach(lowest::addAll);
        assertThat(store.keysUpTo(SecondaryKey.NONE - 1, Integer.MAX_VALUE))
                .as("keys in the secondary order")
                .containsExactlyInAnyOrderElementsOf(all);
        assertThat(store.keysUpTo(SecondaryKey.NONE - 1, 5))
                .as("the first keys of the secondary order")
                .hasSize(Math.min(5, all.size()));
        assertThat(store.keysUpTo(20, Integer.MAX_VALUE))
                .as("keys up to a bound")
                .containsExactlyInAnyOrderElementsOf(lowest);
    }

    private void checkHistory(CommitStore<String, String> store) {
        long after = store.oldestRevision();
        assertThat(after).as("oldest revision").isBetween(0L, revision());
        while (after < revision()) {
            List<Commit<String, String>> page;
            try {
                page = store.history(after);
            } catch (StoreException.HistoryGone e) { // a concurrent checkpoint has just dropped it
                assertThat(store.oldestRevision())
                        .as("oldest revision after: %s", e)
                        .isGreaterThan(after);
                after = store.oldestRevision();
                continue;
            }
            assertThat(page).as("history after %d of %d", after, revision()).isNotEmpty();
            assertThat(page).as("history after %d", after).isEqualTo(commits.subList((int) after, (int)
                    Math.min(revision(), after + page.size())));
            after += page.size();
        }
        assertThat(store.history(revision()))
                .as("history after the newest commit")
                .isEmpty();
    }
}
