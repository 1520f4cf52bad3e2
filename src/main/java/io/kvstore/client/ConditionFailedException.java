package io.kvstore.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The key is not in the state that the {@link Condition} asked for; nothing was changed by the attempt that got this answer.
 * Where {@link #outcomeUnknown} is true, an attempt before it got no answer, and may have been the one that changed the
 * state: read the key to see.
 */
public final class ConditionFailedException extends ResponseException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable ETag current;
    private final long revision;

    ConditionFailedException(
            Problem problem,
            @Nullable String requestId,
            boolean outcomeUnknown,
            @Nullable ETag current,
            long revision) {
        super(412, problem, (@Nullable Duration) null, requestId, outcomeUnknown);
        this.current = current;
        this.revision = revision;
    }

    /** The state that there is; null where there is no such key. */
    public @Nullable ETag current() {
        return current;
    }

    /** The revision of that state; the store's where there is no such key. */
    public long revision() {
        return revision;
    }
}
