package io.kvstore.client;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations of a batch failed, so that nothing of it was done. */
public final class BatchFailedException extends ResponseException {

    private static final long serialVersionUID = 1L;

    private final transient List<Failure> failures;

    BatchFailedException(int status, Problem problem, @Nullable String requestId, List<Failure> failures) {
        super(status, problem, (@Nullable Duration) null, requestId, false);
        this.failures = List.copyOf(failures);
    }

    /** Every operation that failed, in order; at least one. */
    public List<Failure> failures() {
        return failures;
    }

    /**
     * An operation that failed.
     *
     * @param index its place in the batch, from 0
     * @param operation {@code put}, {@code check} and so on
     * @param reason {@code missing}, {@code exists} or {@code etag}: a condition; {@code number} or {@code overflow}: an
     *     increment; {@code too_long} or {@code too_much}: a size
     * @param current the key's present state, where it is known
     */
    public record Failure(
            int index,
            String operation,
            String key,
            String reason,
            @Nullable ETag current) {}
}
