package io.kvstore.keyspace;

import java.util.List;

/**
 * What a batch did.
 *
 * @param outcomes of its commands, in order; where one of them is a failure, nothing of the batch was done, and those
 *     after one that was {@link Outcome.Status#TOO_MUCH} were not judged
 * @param revision of the commit where it changed something, else of the store
 */
public record BatchOutcome(List<Outcome> outcomes, long revision) {

    /** Whether nothing was done because a command failed. */
    public boolean isFailure() {
        return outcomes.stream().anyMatch(outcome -> outcome.status().isFailure());
    }
}
