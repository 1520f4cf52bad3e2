package io.kvstore.keyspace;

import io.kvstore.keyspace.Outcome.Status;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.SecondaryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * REPLACE deletes the keys that the input did not contain. It does not record the keys of the input, which may be of any
 * length: every imported key has a revision after the start of the import, so at the end REPLACE deletes all older keys. A
 * key that another client wrote during the import has such a revision too. If another client writes a key after it was
 * found to be old, the condition of the deletion fails. Both keys stay.
 */
/**
 * Imports rows into a keyspace in several commits. A commit contains at most 1,000 rows and ends with the row that makes it
 * reach 1 MiB. Each commit is atomic; the import as a whole is not. The rows of the next commit are collected while the
 * previous commit runs, so an import takes the memory of two commits. Not thread-safe.
 */
public final class Import implements AutoCloseable {

    private static final int ROWS_MAX = 1_000;
    private static final long COMMIT_BYTES = 1 << 20;

    /** What the import does with keys that exist. */
    public enum Mode {
        /** Overwrites them if the input contains them. */
        MERGE,
        /** Keeps them. */
        SKIP,
        /** Overwrites them if the input contains them; the others are deleted when the import finishes. */
        REPLACE
    }

    private final Keyspace keyspace;
    private final Conditions conditions;
    private final boolean replace;
    private final long startRevision;
    private List<Command> pending = new ArrayList<>(ROWS_MAX);
    private long pendingBytes;
    private @Nullable PendingCommit<BatchOutcome> running;
    private long imported;
    private long skipped;
    private long deleted;
    private long revision;

    public Import(Keyspace keyspace, Mode mode) {
        this.keyspace = keyspace;
        this.conditions = conditions(mode);
        this.replace = mode == Mode.REPLACE;
        this.startRevision = keyspace.revision();
        this.revision = startRevision;
    }

    private static Conditions conditions(Mode mode) {
        return switch (mode) {
            case MERGE, REPLACE -> Conditions.NONE;
            case SKIP -> new Conditions(null, Match.ANY);
        };
    }

    /**
     * Adds a row. It is committed by this call or a later one, at the latest by {@link #commit} or {@link #finish}; the call
     * that finds that a commit failed throws its exception. A row that has expired is skipped; REPLACE treats its key as if
     * the input did not contain it.
     *
     * @param expiryMillis the time of expiry in milliseconds since 1970, or {@link SecondaryKey#NONE}
     */
    public void put(Key key, Content content, long expiryMillis) {
        if (expiryMillis <= keyspace.nowMillis()) {
            skipped++;
            return;
        }
        Expiry expiry = expiryMillis == SecondaryKey.NONE ? Expiry.NEVER : new Expiry.At(expiryMillis);
        pending.add(new Command.Put(key, content, expiry, conditions));
        pendingBytes += key.size() + content.bytes().length;
        if (pending.size() == ROWS_MAX || pendingBytes >= COMMIT_BYTES) {
            flush();
        }
    }

    /** Starts to commit the pending rows, after the previous commit has completed. */
    private void flush() {
        awaitRunning();
        running = keyspace.beginEach(pending);
        pending = new ArrayList<>(ROWS_MAX);
        pendingBytes = 0;
    }

    /** Waits for the running commit and counts its rows. */
    private void awaitRunning() {
        PendingCommit<BatchOutcome> commit = running;
        if (commit == null) {
            return;
        }
        running = null;
        BatchOutcome outcome = commit.join();
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

    /** Commits all pending rows and waits for the commit. */
    public void commit() {
        if (!pending.isEmpty()) {
            flush();
        }
        awaitRunning();
    }

    /** Commits all pending rows and, under REPLACE, deletes the other keys. To be called after the last row. */
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
            if (entry.getValue().revision() <= startRevision) {
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

    /** Waits for the running commit if the import was not finished; discards the pending rows. */
    @Override
    public void close() {
        awaitRunning();
    }

    /** Returns the number of rows known to be committed. Before {@link #commit}, the last two commits are not counted. */
    public long imported() {
        return imported;
    }

    /** Returns the number of rows that were skipped, because they had expired or the mode kept the existing key. */
    public long skipped() {
        return skipped;
    }

    /** Returns the number of keys that were deleted because the input did not contain them. */
    public long deleted() {
        return deleted;
    }

    /** Returns the revision of the last commit. */
    public long revision() {
        return revision;
    }
}
