package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Key;
import io.kvstore.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Turns failures into problems, and problems into {@code application/problem+json}, RFC 9457. */
final class Problems {

    private static final String UNKNOWN =
            "; whether this change is there after a restart is unknown, its ETag will tell";

    private Problems() {}

    /** What to tell a client of a failure of the store. Names no file. */
    static Problem of(StoreException failure) {
        if (failure instanceof StoreException.OutcomeUnknown unknown) {
            return unknown.diskFull()
                    ? new Problem(507, "the disk is full" + UNKNOWN)
                    : Problem.unavailable("the change could not be written to disk" + UNKNOWN);
        }
        if (failure instanceof StoreException.ReadOnly readOnly) {
            return readOnly.diskFull()
                    ? new Problem(
                            507,
                            "the disk was full, so that the store takes no writes until space is made and the"
                                    + " server is restarted; nothing was changed")
                    : Problem.unavailable("a write to disk failed earlier, so that the store takes no writes until the"
                            + " server is restarted; nothing was changed");
        }
        if (failure instanceof StoreException.Closed) {
            return Problem.unavailable("the server is stopping");
        }
        if (failure instanceof StoreException.CompactionFailed failed) {
            return failed.diskFull()
                    ? new Problem(
                            507,
                            "the disk has too little room for a second, smaller copy of what is stored;"
                                    + " nothing was changed, and the store goes on as it was")
                    : Problem.unavailable(
                            "the store's files could not be written anew; nothing was changed, and the store goes on"
                                    + " as it was");
        }
        if (failure instanceof StoreException.CompactionRunning) {
            return new Problem(409, "a compaction is under way already; nothing was begun");
        }
        if (failure instanceof StoreException.TooLarge) {
            return new Problem(413, "the change is larger than the store can write at once; nothing was changed");
        }
        if (failure instanceof StoreException.MemoryFull) {
            return new Problem(
                    507,
                    "the memory for entries is full: delete some, or start the server with more, as java -Xmx says;"
                            + " nothing was changed");
        }
        if (failure instanceof StoreException.Damaged) {
            return new Problem(500, "what is stored there is damaged: the server's log says where and what to do");
        }
        return internal();
    }

    /** What to tell a client of anything unforeseen. */
    static Problem of(Throwable failure) {
        if (failure instanceof StoreException known) {
            return of(known);
        }
        return failure instanceof OutOfMemoryError || failure.getCause() instanceof OutOfMemoryError
                ? Problem.unavailable("the server has too little memory left for this; a larger heap helps: java -Xmx")
                : internal();
    }

    private static Problem internal() {
        return new Problem(500, "the server failed to answer this; its log says why");
    }

    /** Sends a problem as the answer. */
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
