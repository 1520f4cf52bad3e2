package io.kvstore.keyspace;

import io.kvstore.store.SecondaryKey;
import org.jspecify.annotations.Nullable;

/** The time at which a value expires, as a command requests it. */
public sealed interface Expiry {

    /** The value never expires, whether or not the previous value did. */
    Expiry NEVER = new Never();

    /** The value expires at the same time as the previous value; never if there is no previous value. */
    Expiry KEEP = new Keep();

    /**
     * Returns the time of expiry in milliseconds since 1970, or {@link SecondaryKey#NONE} for never.
     *
     * @param nowMillis the time at which the command is executed
     * @param old the previous value, or null if the key did not exist
     */
    long millis(long nowMillis, @Nullable Value old);

    /** See {@link #NEVER}. */
    record Never() implements Expiry {
        @Override
        public long millis(long nowMillis, @Nullable Value old) {
            return SecondaryKey.NONE;
        }
    }

    /** See {@link #KEEP}. */
    record Keep() implements Expiry {
        @Override
        public long millis(long nowMillis, @Nullable Value old) {
            return old == null ? SecondaryKey.NONE : old.expiryMillis();
        }
    }

    /**
     * The value expires a certain time after the command is executed.
     *
     * @param millis 1 millisecond to 10 years
     */
    record After(long millis) implements Expiry {
        @Override
        public long millis(long nowMillis, @Nullable Value old) {
            return nowMillis + millis;
        }
    }

    /**
     * The value expires at a point in time.
     *
     * @param millis milliseconds since 1970; less than {@link SecondaryKey#NONE}
     */
    record At(long millis) implements Expiry {
        @Override
        public long millis(long nowMillis, @Nullable Value old) {
            return millis;
        }
    }
}
