package io.kvstore.testing;

import java.util.concurrent.ThreadLocalRandom;

/** Draws the seed of a test whose cases are new in each run. */
public final class Seed {

    private static final String PROPERTY = "test.seed";
    private static final long BOUND = 1L << 40;

    private Seed() {}

    /**
     * Returns the system property {@code test.seed} or, without it, a random number, and prints it.
     *
     * @param what the test and what it varies by, for example its mode
     */
    public static long draw(String what) {
        long seed = Long.getLong(PROPERTY, ThreadLocalRandom.current().nextLong(BOUND));
        System.out.println(what + ": -D" + PROPERTY + "=" + seed);
        return seed;
    }
}
