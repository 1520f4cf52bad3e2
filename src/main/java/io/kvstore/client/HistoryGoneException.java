package io.kvstore.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A watch cannot go on where it was to, for the changes since are no longer kept, or are those of another store: some were
 * missed. Read the rows anew, as a watch with {@link WatchOptions#withInitialRows} does.
 */
public final class HistoryGoneException extends ResponseException {

    private static final long serialVersionUID = 1L;

    private final long oldest;
    private final long revision;

    HistoryGoneException(Problem problem, @Nullable String requestId, long oldest, long revision) {
        super(410, problem, (@Nullable Duration) null, requestId, false);
        this.oldest = oldest;
        this.revision = revision;
    }

    /** The smallest revision that a watch can go on after. */
    public long oldest() {
        return oldest;
    }

    /** The store's present one. */
    public long revision() {
        return revision;
    }
}
