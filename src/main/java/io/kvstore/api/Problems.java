package io.kvstore.api;

import io.kvstore.http.Header;
import io.kvstore.http.Problem;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Outcome;
import io.kvstore.keyspace.Version;
import io.kvstore.store.StoreException;
import org.jspecify.annotations.Nullable;

/** The error responses to failed commands and to failures of the store. */
final class Problems {

    private static final String UNKNOWN =
            "; it is unknown whether a restart keeps or loses the change: compare the ETag of the key afterwards";

    private Problems() {}

    /** Returns the response to a failure of the store. Names no file. */
    static Problem of(StoreException failure) {
        boolean diskFull = failure.diskFull();
        return switch (failure.kind()) {
            case OUTCOME_UNKNOWN ->
                diskFull
                        ? new Problem(507, "the disk is full" + UNKNOWN)
                        : Problem.unavailable("the change could not be written to disk" + UNKNOWN);
            case READ_ONLY ->
                diskFull
                        ? new Problem(
                                507,
                                "the store is read-only because the disk was full: free some space and restart the"
                                        + " server; nothing was changed")
                        : Problem.unavailable("the store is read-only because a write to disk failed: restart the"
                                + " server; nothing was changed");
            case CLOSED -> Problem.unavailable("the server is stopping");
            case COMPACTION_FAILED ->
                diskFull
                        ? new Problem(
                                507,
                                "the disk has too little space for a second, smaller copy of the store; nothing was"
                                        + " changed, and the store remains available")
                        : Problem.unavailable("the files of the store could not be rewritten; nothing was changed, and"
                                + " the store remains available");
            case COMPACTION_RUNNING -> new Problem(409, "a compaction is already running; no other was started");
            case TOO_LARGE ->
                new Problem(413, "the change is larger than the store can write at once; nothing was changed");
            case MEMORY_FULL ->
                new Problem(
                        507,
                        "the memory for entries is full: delete some keys, or restart the server with a larger heap"
                                + " (java -Xmx); nothing was changed");
            case DAMAGED ->
                new Problem(500, "the stored data is damaged: see the log of the server for the place and the remedy");
            case CANNOT_OPEN, HISTORY_GONE -> internal(); // handled where they occur
        };
    }

    /** Returns whether the log gets a message for this request. */
    static boolean isLogged(StoreException failure) {
        return switch (failure.kind()) {
            case READ_ONLY, CLOSED -> false; // logged once, when the store entered the state
            case COMPACTION_RUNNING, MEMORY_FULL -> false; // the response says all there is to know
            case CANNOT_OPEN, DAMAGED, OUTCOME_UNKNOWN, COMPACTION_FAILED, TOO_LARGE, HISTORY_GONE -> true;
        };
    }

    /** Returns the response to any failure. */
    static Problem of(Throwable failure) {
        if (failure instanceof StoreException known) {
            return of(known);
        }
        return failure instanceof OutOfMemoryError || failure.getCause() instanceof OutOfMemoryError
                ? Problem.unavailable("the server ran out of memory: restart it with a larger heap (java -Xmx)")
                : internal();
    }

    /**
     * Returns the response to a failure after several commits.
     *
     * @param done the effect of the earlier commits, such as "2000 keys were deleted"
     */
    static Problem midway(String done, RuntimeException failure) {
        Problem bare = of(failure);
        Problem problem = new Problem(
                        bare.status(), done + " before a commit failed; the failed commit: " + bare.detail())
                .because(failure);
        bare.headers().forEach(problem::header);
        return problem;
    }

    /** Returns the response if a condition does not hold, with the current state of the key. */
    static Problem conditionFailed(@Nullable Version current, long revision) {
        Problem problem = current == null
                ? new Problem(412, "the key does not exist, so no condition on its state is met")
                : new Problem(412, "the current state of the key does not match the condition: see ETag");
        return withState(problem, current, revision);
    }

    /** Returns the response if a key does not exist. */
    static Problem missing(long revision) {
        return new Problem(404, "there is no such key").header(Header.KV_REVISION, Long.toString(revision));
    }

    /** Returns the response to a command that failed or found no key. */
    static Problem of(Outcome outcome) {
        return switch (outcome.status()) {
            case MISSING -> missing(outcome.revision());
            case CONDITION_FAILED -> conditionFailed(outcome.current(), outcome.revision());
            case NOT_A_NUMBER ->
                failed(
                        409,
                        "the value is not a decimal 64-bit integer, so it cannot be incremented;"
                                + " nothing was changed",
                        outcome);
            case OVERFLOW -> failed(409, "the sum would exceed 64 bits; nothing was changed", outcome);
            case TOO_LONG -> failed(413, "the value would exceed the maximum size; nothing was changed", outcome);
            case TOO_MUCH ->
                throw new IllegalArgumentException("only a batch ends as " + outcome.status() + ": see BatchFailures");
            case CREATED, REPLACED, DELETED, UNCHANGED ->
                throw new IllegalArgumentException(outcome.status() + " is not a failure");
        };
    }

    private static Problem failed(int status, String detail, Outcome outcome) {
        return withState(new Problem(status, detail), outcome.current(), outcome.revision());
    }

    private static Problem withState(Problem problem, @Nullable Version current, long revision) {
        if (current != null) {
            problem.header(Header.ETAG, EntityTag.of(current));
        }
        return problem.header(Header.KV_REVISION, Long.toString(revision));
    }

    /** Adds the key that the problem is about. */
    static Problem about(Key key, Problem problem) {
        return problem.with("key", key.toString());
    }

    private static Problem internal() {
        return new Problem(500, "the server failed to process the request: see the log of the server for the cause");
    }
}
