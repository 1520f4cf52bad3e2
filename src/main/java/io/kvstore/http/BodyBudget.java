package io.kvstore.http;

import java.util.concurrent.atomic.AtomicLong;

/*
 * A client that declares much and sends next to nothing must not keep others out; so nothing is taken for a body until its
 * first bytes have come in. Then all of it is taken, for of many bodies that come at once some are to be stored, rather than
 * each to get half way. It is kept until the request is answered: for so long the bytes are on their way into the store.
 * What a body takes beyond the bound while it is the only one is the price for that no bound makes a value impossible that
 * the limits allow.
 */
/**
 * The memory for the bodies of all requests in flight, in bytes. Whoever would go beyond the bound is told to come again,
 * but for one that has it all to itself. Small bodies are not counted: the number of requests bounds them.
 *
 * <p>Safe for use by any number of threads; a {@link Share} belongs to its request's.
 */
public final class BodyBudget {

    private final long bytesMax;
    private final AtomicLong taken = new AtomicLong();

    public BodyBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** How much is taken. */
    long taken() {
        return taken.get();
    }

    /** What a request has of it, nothing at first. */
    Share share() {
        return new Share();
    }

    /** What one request has of it. */
    final class Share {

        private long bytes;

        private Share() {}

        /**
         * Takes more.
         *
         * @throws Problem 503 when there is too little left
         */
        void take(long more) {
            long now = taken.get();
            while (now + more <= bytesMax || now == bytes) {
                if (taken.compareAndSet(now, now + more)) {
                    bytes += more;
                    return;
                }
                now = taken.get();
            }
            throw Problem.unavailable("the bodies of requests in flight take all of the " + bytesMax
                            + " bytes of memory that there are for them")
                    .lingering();
        }

        /** Gives back some of what was taken. */
        void giveBack(long less) {
            bytes -= less;
            taken.addAndGet(-less);
        }

        /** Gives back all of it. */
        void giveBack() {
            if (bytes > 0) {
                giveBack(bytes);
            }
        }
    }
}
