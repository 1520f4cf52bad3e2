package io.kvstore.storage;

import java.io.IOException;

/** Thrown by a {@link CommitLog} that did not accept a group of commits, but accepts later ones. */
final class GroupException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What became of the commits of the group. */
    enum Outcome {
        /** They are not in the log, and never will be. */
        REJECTED,
        /** Whether they are or will be in the log is unknown. */
        UNKNOWN
    }

    private final Outcome outcome;

    GroupException(Outcome outcome, String message) {
        super(message);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }
}
