package io.kvstore.keyspace;

import io.kvstore.store.SecondaryKey;
import org.jspecify.annotations.Nullable;

/** When a value is to expire, as a command asks for it. */
public sealed interface Expiry {

    /** Never, whatever it was. */
    Expiry NEVER = new Never();

    /** When the present value does; never where there is none. */
    Expiry KEEP = new Keep();

    /**
     * The point in time, in milliseconds since 1970, or {@link SecondaryKey#NONE} for never.
     *
     * @param nowMillis when the command is carried out
     * @param present the value that there is, or null
     */
    long millis(long nowMillis, @Nullable Value present);

    /** See {@link #NEVER}. */
    record Never() implements Expiry {
        @Override
        public long millis(long nowMillis, @Nullable Value present) {
            return SecondaryKey.NONE;
        }
    }

    /** See {@link #KEEP}. */
    record Keep() implements Expiry {
        @Override
        public long millis(long nowMillis, @Nullable Value present) {
            return present == null ? SecondaryKey.NONE : present.expiryMillis();
        }
    }

    /**
     * So long after the command is carried out.
     *
     * @param millis 1 to ten years
     */
    record After(long millis) implements Expiry {
        @Override
        public long millis(long nowMillis, @Nullable Value present) {
            return nowMillis + millis;
        }
    }

    /**
     * At a point in time.
     *
     * @param millis since 1970; less than {@link SecondaryKey#NONE}
     */
    record At(long millis) implements Expiry {
        @Override
        public long millis(long nowMillis, @Nullable Value present) {
            return millis;
        }
    }
}
