package io.kvstore.client;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a request of the client fails. The message is human-readable and contains neither the token nor a value.
 */
public abstract sealed class ClientException extends RuntimeException {

    /** The kinds of failure, one for each class: switch over {@link #kind} to handle all of them. */
    public enum Kind {
        /** {@link ErrorResponse} itself, none of its subclasses. */
        ERROR_RESPONSE,
        /** {@link ConditionFailed}. */
        CONDITION_FAILED,
        /** {@link BatchFailed}. */
        BATCH_FAILED,
        /** {@link HistoryGone}. */
        HISTORY_GONE,
        /** {@link ConnectionFailed}. */
        CONNECTION_FAILED,
        /** {@link UnreadableResponse}. */
        UNREADABLE_RESPONSE
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final boolean outcomeUnknown;

    private ClientException(Kind kind, String message, boolean outcomeUnknown, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Returns the kind of this exception's class. */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns whether the server may have executed the request, in this attempt or an earlier one: the connection
     * broke or the timeout expired after the request was sent, or the server answered with a status that leaves the
     * outcome open. Always false for a request that only reads.
     */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }

    /** The server answered with an error status. */
    public static sealed class ErrorResponse extends ClientException {

        private static final long serialVersionUID = 1L;

        private final int status;
        private final transient Problem problem;
        private final @Nullable Duration retryAfter;
        private final @Nullable String requestId;

        ErrorResponse(
                int status,
                Problem problem,
                @Nullable Duration retryAfter,
                @Nullable String requestId,
                boolean outcomeUnknown) {
            this(Kind.ERROR_RESPONSE, status, problem, retryAfter, requestId, outcomeUnknown);
        }

        private ErrorResponse(
                Kind kind,
                int status,
                Problem problem,
                @Nullable Duration retryAfter,
                @Nullable String requestId,
                boolean outcomeUnknown) {
            super(kind, status + " " + problem.title() + ": " + problem.detail(), outcomeUnknown, null);
            this.status = status;
            this.problem = problem;
            this.retryAfter = retryAfter;
            this.requestId = requestId;
        }

        /** Returns the HTTP status, 400 or higher. */
        public int status() {
            return status;
        }

        /** Returns the problem details of the response. */
        public Problem problem() {
            return problem;
        }

        /**
         * Returns how long the server asks the client to wait before it retries, or null if the server does not say.
         */
        public @Nullable Duration retryAfter() {
            return retryAfter;
        }

        /** Returns the id of the request in the server's access log, or null if the response has none. */
        public @Nullable String requestId() {
            return requestId;
        }
    }

    /**
     * The key is not in the state that the {@link Condition} requires. The attempt that got this response changed
     * nothing. If {@link #outcomeUnknown} is true, an earlier attempt got no response and may itself have changed the
     * state: read the key to find out.
     */
    public static final class ConditionFailed extends ErrorResponse {

        private static final long serialVersionUID = 1L;

        private final transient @Nullable ETag current;
        private final long revision;

        ConditionFailed(
                Problem problem,
                @Nullable String requestId,
                boolean outcomeUnknown,
                @Nullable ETag current,
                long revision) {
            super(Kind.CONDITION_FAILED, 412, problem, (@Nullable Duration) null, requestId, outcomeUnknown);
            this.current = current;
            this.revision = revision;
        }

        /** Returns the current state of the key, or null if the key is absent. */
        public @Nullable ETag current() {
            return current;
        }

        /** Returns the revision of the current state, or the revision of the store if the key is absent. */
        public long revision() {
            return revision;
        }
    }

    /** At least one operation of a batch failed, so the server executed none of them. */
    public static final class BatchFailed extends ErrorResponse {

        private static final long serialVersionUID = 1L;

        private final transient List<Failure> failures;

        BatchFailed(int status, Problem problem, @Nullable String requestId, List<Failure> failures) {
            super(Kind.BATCH_FAILED, status, problem, (@Nullable Duration) null, requestId, false);
            this.failures = List.copyOf(failures);
        }

        /** Returns every operation that failed, in batch order; at least one. */
        public List<Failure> failures() {
            return failures;
        }

        /**
         * One failed operation.
         *
         * @param index position of the operation in the batch, from 0
         * @param operation {@code put}, {@code check} and so on
         * @param reason {@code missing}, {@code exists} or {@code etag} for a condition; {@code number} or {@code
         *     overflow} for an increment; {@code too_long} or {@code too_much} for a size
         * @param current the current state of the key, or null if it is unknown or the key is absent
         */
        public record Failure(
                int index,
                String operation,
                String key,
                String reason,
                @Nullable ETag current) {}
    }

    /**
     * A watch cannot resume at its position: the server no longer keeps the changes after it, or they belong to
     * another store. Some changes were missed. Read all rows again, for example with {@link
     * WatchOptions#withInitialRows}.
     */
    public static final class HistoryGone extends ErrorResponse {

        private static final long serialVersionUID = 1L;

        private final long oldest;
        private final long revision;

        HistoryGone(Problem problem, @Nullable String requestId, long oldest, long revision) {
            super(Kind.HISTORY_GONE, 410, problem, (@Nullable Duration) null, requestId, false);
            this.oldest = oldest;
            this.revision = revision;
        }

        /** Returns the smallest revision that a watch can resume after. */
        public long oldest() {
            return oldest;
        }

        /** Returns the current revision of the store. */
        public long revision() {
            return revision;
        }
    }

    /**
     * No complete response arrived: the server is unreachable or not trusted, the connection broke, the timeout
     * expired, or the thread was interrupted.
     */
    public static final class ConnectionFailed extends ClientException {

        private static final long serialVersionUID = 1L;

        private final boolean transientFailure;

        /** @param transientFailure whether a later attempt may succeed */
        ConnectionFailed(String message, boolean outcomeUnknown, boolean transientFailure, @Nullable Throwable cause) {
            super(Kind.CONNECTION_FAILED, message, outcomeUnknown, cause);
            this.transientFailure = transientFailure;
        }

        boolean isTransient() {
            return transientFailure;
        }
    }

    /**
     * The client does not understand the response: the address is not that of a KVStore server, or the codec cannot
     * decode a value.
     */
    public static final class UnreadableResponse extends ClientException {

        private static final long serialVersionUID = 1L;

        UnreadableResponse(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
            super(Kind.UNREADABLE_RESPONSE, message, outcomeUnknown, cause);
        }
    }
}
