package io.kvstore.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The server answered with an error. */
public sealed class ResponseException extends ClientException
        permits ConditionFailedException, BatchFailedException, HistoryGoneException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Problem problem;
    private final @Nullable Duration retryAfter;
    private final @Nullable String requestId;

    ResponseException(
            int status,
            Problem problem,
            @Nullable Duration retryAfter,
            @Nullable String requestId,
            boolean outcomeUnknown) {
        super(status + " " + problem.title() + ": " + problem.detail(), outcomeUnknown, null);
        this.status = status;
        this.problem = problem;
        this.retryAfter = retryAfter;
        this.requestId = requestId;
    }

    /** HTTP's status: 400 and more. */
    public int status() {
        return status;
    }

    /** What the server says of it. */
    public Problem problem() {
        return problem;
    }

    /** How long the server asks to be left alone; null where it does not. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The name of the request in the server's log; null where it told none. */
    public @Nullable String requestId() {
        return requestId;
    }
}
