package io.kvstore.keyspace;

import java.util.List;

/**
 * The outcome of several commands that were executed in one commit.
 *
 * @param outcomes the outcomes of the commands, in order; the commands after one that ended as {@link
 *     Outcome.Status#TOO_MUCH} were not executed and have none
 * @param revision the revision of the commit if it changed anything, else the revision of the store
 */
public record BatchOutcome(List<Outcome> outcomes, long revision) {

    /** Returns whether at least one command failed. */
    public boolean isFailure() {
        return outcomes.stream().anyMatch(outcome -> outcome.status().isFailure());
    }
}
