package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a command.
 *
 * @param current the state of the key afterwards, or null if the key does not exist
 * @param revision the revision of the change; if nothing changed, the revision of the key's current state, or of the store
 *     if the key does not exist
 * @param value the value that the command read or wrote, else null
 */
public record Outcome(
        Status status,
        @Nullable Version current,
        long revision,
        @Nullable Value value) {

    /** What the command did to the key. */
    public enum Status {
        /** The command created the key. */
        CREATED,
        /** The command replaced the value. */
        REPLACED,
        /** The command deleted the key. */
        DELETED,
        /** The command read the key, or there was nothing to change. */
        UNCHANGED,
        /** The key to read or to change does not exist. */
        MISSING,
        /** A condition failed; nothing was changed. */
        CONDITION_FAILED,
        /** The value to add to is not a decimal 64-bit integer; nothing was changed. */
        NOT_A_NUMBER,
        /** The sum would exceed 64 bits; nothing was changed. */
        OVERFLOW,
        /** The value would exceed its maximum size; nothing was changed. */
        TOO_LONG,
        /** The values that the batch has read and written so far exceed its limit; nothing was changed. */
        TOO_MUCH;

        /** Returns whether the command changed the store. */
        public boolean isChange() {
            return switch (this) {
                case CREATED, REPLACED, DELETED -> true;
                case UNCHANGED, MISSING, CONDITION_FAILED, NOT_A_NUMBER, OVERFLOW, TOO_LONG, TOO_MUCH -> false;
            };
        }

        /** Returns whether the command failed, and with it the batch that it belongs to. */
        public boolean isFailure() {
            return switch (this) {
                case CONDITION_FAILED, NOT_A_NUMBER, OVERFLOW, TOO_LONG, TOO_MUCH -> true;
                case CREATED, REPLACED, DELETED, UNCHANGED, MISSING -> false;
            };
        }
    }
}
