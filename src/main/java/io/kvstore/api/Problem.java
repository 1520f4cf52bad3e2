package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Outcome;
import io.kvstore.keyspace.Version;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer that says what was wrong, thrown from wherever that is found. Costs no stack trace. */
final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Writes what a problem has to tell besides, into the object that is open. */
    @FunctionalInterface
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private final int status;
    private final String detail;
    private final transient Map<String, String> headers = new LinkedHashMap<>(4);
    private transient @Nullable Key key;
    private transient @Nullable Members members;
    private transient @Nullable Throwable failure;
    private boolean lingers;

    /** @param detail a sentence for the person who sent the request: what was wrong, the bound, what was given */
    Problem(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.detail = detail;
    }

    /**
     * What to tell a client of a failure in the midst of several commits.
     *
     * @param done what those before it did, as in "2000 keys were deleted"
     */
    static Problem midway(String done, RuntimeException failure) {
        Problem bare = Problems.of(failure);
        Problem problem = new Problem(
                        bare.status, done + " by commits before the one that failed; of that one: " + bare.detail)
                .because(failure);
        problem.headers.putAll(bare.headers);
        return problem;
    }

    static Problem badRequest(String detail) {
        return new Problem(400, detail);
    }

    /** One that goes away by itself, or by somebody's doing, so that the client may try again. */
    static Problem unavailable(String detail) {
        return new Problem(503, detail).header(Header.RETRY_AFTER, "1");
    }

    static Problem methodNotAllowed(String method, String allowed) {
        return new Problem(405, "method " + Text.quoted(method) + " is not among those allowed here: " + allowed)
                .header(Header.ALLOW, allowed);
    }

    /** A condition that did not hold, with the state that there is instead. */
    static Problem conditionFailed(@Nullable Version current, long revision) {
        Problem problem = current == null
                ? new Problem(412, "the key does not exist, so that no condition on its state holds")
                : new Problem(412, "the key is in another state than the condition asks for: see ETag");
        return problem.state(current, revision);
    }

    /** What there is to tell where a key is not there. */
    static Problem missing(long revision) {
        return new Problem(404, "there is no such key").header(Header.KV_REVISION, Long.toString(revision));
    }

    /** Returns the response to a command that failed or found no key. */
    static Problem of(Outcome outcome) {
        Version current = outcome.current();
        return switch (outcome.status()) {
            case MISSING -> missing(outcome.revision());
            case CONDITION_FAILED -> conditionFailed(current, outcome.revision());
            case NOT_A_NUMBER ->
                new Problem(
                                409,
                                "the value is not a decimal 64-bit integer, so it cannot be incremented;"
                                        + " nothing was changed")
                        .state(current, outcome.revision());
            case OVERFLOW ->
                new Problem(409, "the sum would exceed 64 bits; nothing was changed")
                        .state(current, outcome.revision());
            case TOO_LONG ->
                new Problem(413, "the value would exceed the maximum size; nothing was changed")
                        .state(current, outcome.revision());
            case TOO_MUCH ->
                throw new IllegalArgumentException("only a batch ends as " + outcome.status() + ": see BatchFailures");
            case CREATED, REPLACED, DELETED, UNCHANGED ->
                throw new IllegalArgumentException(outcome.status() + " is not a failure");
        };
    }

    private Problem state(@Nullable Version current, long revision) {
        if (current != null) {
            header(Header.ETAG, EntityTag.of(current));
        }
        return header(Header.KV_REVISION, Long.toString(revision));
    }

    /** Adds a header to the answer. */
    Problem header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Says which key it is about. */
    Problem about(Key key) {
        this.key = key;
        return this;
    }

    /** Adds members of its own to the answer, RFC 9457 section 3.2. */
    Problem with(Members more) {
        members = more;
        return this;
    }

    /** Says which failure it comes of, that is to be logged. */
    Problem because(Throwable cause) {
        failure = cause;
        return this;
    }

    /** Has the answer wait for the rest of a long body, so that its sender gets to see it. */
    Problem lingering() {
        lingers = true;
        return this;
    }

    boolean lingers() {
        return lingers;
    }

    int status() {
        return status;
    }

    String detail() {
        return detail;
    }

    Map<String, String> headers() {
        return headers;
    }

    @Nullable
    Key key() {
        return key;
    }

    @Nullable
    Members members() {
        return members;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }
}
