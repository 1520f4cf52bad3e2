package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * What a command did.
 *
 * @param current the key's state afterwards, or null when it does not exist
 * @param revision the revision of what happened: of the change, else of the key's present state, else of the store
 */
public record Outcome(Status status, @Nullable Version current, long revision) {

    /** What became of the key. */
    public enum Status {
        /** It was new. */
        CREATED,
        /** It had a value, and has another. */
        REPLACED,
        /** It was removed. */
        DELETED,
        /** There was none to change. */
        MISSING,
        /** A condition did not hold, and nothing was changed. */
        CONDITION_FAILED
    }
}
