package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * What a command did.
 *
 * @param current the key's state afterwards, or null when it does not exist
 * @param revision the revision of what happened: of the change, else of the key's present state, else of the store
 * @param value what the key maps to now, where the command was to read or to change it in part; else null
 */
public record Outcome(
        Status status,
        @Nullable Version current,
        long revision,
        @Nullable Value value) {

    /** What became of the key. */
    public enum Status {
        /** It was new. */
        CREATED,
        /** It had a value, and has another. */
        REPLACED,
        /** It was removed. */
        DELETED,
        /** It was read, or there was nothing to change. */
        UNCHANGED,
        /** There was none to change or to read. */
        MISSING,
        /** A condition did not hold, and nothing was changed. */
        CONDITION_FAILED,
        /** Its value is no number to be added to, and nothing was changed. */
        NOT_A_NUMBER,
        /** The sum would have more than 64 bits, and nothing was changed. */
        OVERFLOW,
        /** The value would have grown too long, and nothing was changed. */
        TOO_LONG,
        /** The values that its batch had read and written by then were too much, and nothing was changed. */
        TOO_MUCH;

        /** Whether the command changed anything. */
        public boolean isChange() {
            return this == CREATED || this == REPLACED || this == DELETED;
        }

        /** Whether all of a batch fails with the command. */
        public boolean isFailure() {
            return !isChange() && this != UNCHANGED && this != MISSING;
        }
    }
}
