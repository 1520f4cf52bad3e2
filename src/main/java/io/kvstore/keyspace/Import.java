package io.kvstore.keyspace;

import io.kvstore.keyspace.Outcome.Status;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.SecondaryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * To know which keys an input of any length did not name, REPLACE notes none of them: what was put has a revision after
 * the import began, so at the end all that is older goes. A key that somebody else wrote meanwhile is as young, and one
 * that is written between the look and the deletion is another state than the deletion asks for: both stay.
 */
/**
 * Rows on their way into a keyspace, in commits of at most 1,000 rows, or of a row more than a megabyte, each all or
 * nothing, one of which is under way while the rows of the next come in. Takes the memory of two. For one thread.
 */
public final class Import implements AutoCloseable {

    private static final int ROWS_MAX = 1_000;
    private static final long BYTES = 1 << 20;

    /** What becomes of keys that are there already. */
    public enum Mode {
        /** The row wins; keys that no row names stay. */
        MERGE,
        /** The key stays as it is. */
        SKIP,
        /** The row wins; keys that no row names are deleted in the end. */
        REPLACE
    }

    private final Keyspace keyspace;
    private final Conditions conditions;
    private final boolean replace;
    private final long began;
    private List<Command> pending = new ArrayList<>(ROWS_MAX);
    private long pendingBytes;
    private @Nullable PendingCommit<BatchOutcome> underWay;
    private long imported;
    private long skipped;
    private long deleted;
    private long revision;

    public Import(Keyspace keyspace, Mode mode) {
        this.keyspace = keyspace;
        this.conditions = conditions(mode);
        this.replace = mode == Mode.REPLACE;
        this.began = keyspace.revision();
        this.revision = began;
    }

    private static Conditions conditions(Mode mode) {
        return switch (mode) {
            case MERGE, REPLACE -> Conditions.NONE;
            case SKIP -> new Conditions(null, Match.ANY);
        };
    }

    /**
     * Takes a row, which {@link #commit} or {@link #finish} commits at the latest. Where its commit fails, the call that
     * finds out throws. One that has expired is skipped; under REPLACE it names its key no less than if it had never come.
     *
     * @param expiryMillis in milliseconds since 1970, or {@link SecondaryKey#NONE}
     */
    public void put(Key key, Content content, long expiryMillis) {
        if (expiryMillis <= keyspace.nowMillis()) {
            skipped++;
            return;
        }
        Expiry expiry = expiryMillis == SecondaryKey.NONE ? Expiry.NEVER : new Expiry.At(expiryMillis);
        pending.add(new Command.Put(key, content, expiry, conditions));
        pendingBytes += key.size() + content.bytes().length;
        if (pending.size() == ROWS_MAX || pendingBytes >= BYTES) {
            flush();
        }
    }

    /** Has the rows that were taken and are not yet committed on their way, behind those that are. */
    private void flush() {
        settle();
        underWay = keyspace.beginEach(pending);
        pending = new ArrayList<>(ROWS_MAX);
        pendingBytes = 0;
    }

    /** Waits for the commit that is under way, and counts it. */
    private void settle() {
        PendingCommit<BatchOutcome> begun = underWay;
        if (begun == null) {
            return;
        }
        underWay = null;
        BatchOutcome outcome = begun.join();
        for (Outcome each : outcome.outcomes()) {
            if (isImported(each.status())) {
                imported++;
            } else {
                skipped++;
            }
        }
        revision = outcome.revision();
    }

    private static boolean isImported(Status put) {
        return switch (put) {
            case CREATED, REPLACED -> true;
            case CONDITION_FAILED -> false;
            case DELETED, UNCHANGED, MISSING, NOT_A_NUMBER, OVERFLOW, TOO_LONG, TOO_MUCH ->
                throw new IllegalStateException("a put cannot end as " + put);
        };
    }

    /** Commits the rows that were taken and are not yet. */
    public void commit() {
        if (!pending.isEmpty()) {
            flush();
        }
        settle();
    }

    /** Commits what is left, and deletes what there is to delete: to be called once all rows have come. */
    public void finish() {
        commit();
        if (replace) {
            Walk<Value> walk = keyspace.walk(Selection.ALL, null);
            for (List<Map.Entry<Key, Value>> page = walk.next(); page != null; page = walk.next()) {
                delete(page);
            }
        }
    }

    private void delete(List<Map.Entry<Key, Value>> page) {
        List<Command> deletions = new ArrayList<>();
        for (Map.Entry<Key, Value> entry : page) {
            if (entry.getValue().revision() <= began) {
                Match found = Match.of(List.of(keyspace.version(entry.getValue())));
                deletions.add(new Command.Delete(entry.getKey(), new Conditions(found, null)));
            }
        }
        if (!deletions.isEmpty()) {
            BatchOutcome outcome = keyspace.executeEach(deletions);
            deleted += outcome.outcomes().stream()
                    .filter(each -> each.status() == Status.DELETED)
                    .count();
            revision = outcome.revision();
        }
    }

    /** Waits for the commit that is under way where the rows came to no end; what was taken after it is left out. */
    @Override
    public void close() {
        settle();
    }

    /** How many rows were committed, as far as is known: without {@link #commit}, not those of the last two commits. */
    public long imported() {
        return imported;
    }

    /** How many rows were left out: they had expired, or their key was there and was to stay. */
    public long skipped() {
        return skipped;
    }

    /** How many keys were deleted because no row named them. */
    public long deleted() {
        return deleted;
    }

    /** The revision of the last commit. */
    public long revision() {
        return revision;
    }
}
