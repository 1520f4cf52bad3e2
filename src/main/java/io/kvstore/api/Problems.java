package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Key;
import io.kvstore.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Converts failures to problems, and problems to {@code application/problem+json}, RFC 9457. */
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

    /** Returns the response to any other failure. */
    static Problem of(Throwable failure) {
        if (failure instanceof StoreException known) {
            return of(known);
        }
        return failure instanceof OutOfMemoryError || failure.getCause() instanceof OutOfMemoryError
                ? Problem.unavailable("the server ran out of memory: restart it with a larger heap (java -Xmx)")
                : internal();
    }

    private static Problem internal() {
        return new Problem(500, "the server failed to process the request: see the log of the server for the cause");
    }

    /** Sends a problem as the response. */
    static void send(Problem problem, Response response) throws IOException {
        problem.headers().forEach(response::header);
        if (problem.lingers()) {
            response.linger();
        }
        response.header(Header.CONTENT_TYPE, "application/problem+json");
        response.header(Header.CACHE_CONTROL, "no-store");
        response.bytes(problem.status(), json(problem));
    }

    private static byte[] json(Problem problem) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeStringField("type", "about:blank");
            json.writeStringField("title", Status.title(problem.status()));
            json.writeNumberField("status", problem.status());
            json.writeStringField("detail", problem.detail());
            Key key = problem.key();
            if (key != null) {
                json.writeStringField("key", key.toString());
            }
            Problem.Members members = problem.members();
            if (members != null) {
                members.write(json);
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
