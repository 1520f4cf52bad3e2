package io.kvstore.http;

import java.util.concurrent.atomic.AtomicLong;

/*
 * A client that declares a long body and then sends almost nothing must not block others. So a request reserves memory only
 * when the first bytes of its body arrive. Then it reserves the memory for the whole body at once: of many large bodies that
 * arrive at the same time, some complete, whereas otherwise all of them could fail halfway. The memory stays reserved until
 * the request ends, because the store may hold the bytes until then.
 *
 * A single request may exceed the maximum, so that no maximum makes it impossible to store a value that the limits allow.
 */
/**
 * The memory for the bodies of all requests in flight, in bytes. If it is exhausted, further requests fail with 503, except
 * that a request may exceed it while no other request has a share. Small bodies are not counted, as the number of requests
 * in flight bounds them.
 *
 * <p>Thread-safe; a {@link Share} belongs to the thread of its request.
 */
public final class BodyBudget {

    private final long bytesMax;
    private final AtomicLong reserved = new AtomicLong();

    public BodyBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Returns how many bytes are reserved. */
    long reserved() {
        return reserved.get();
    }

    /** Returns the share of a new request, which is empty. */
    Share share() {
        return new Share();
    }

    /** The memory that one request has reserved. */
    final class Share {

        private long bytes;

        private Share() {}

        /**
         * Reserves more memory.
         *
         * @throws Problem 503 if too little is left
         */
        void reserve(long more) {
            long now = reserved.get();
            while (now + more <= bytesMax || now == bytes) {
                if (reserved.compareAndSet(now, now + more)) {
                    bytes += more;
                    return;
                }
                now = reserved.get();
            }
            throw Problem.unavailable(
                    "request bodies in flight use all of the " + bytesMax + " bytes of memory reserved for them");
        }

        /** Releases a part of the share. */
        void release(long less) {
            bytes -= less;
            reserved.addAndGet(-less);
        }

        /** Releases the whole share. May be called more than once. */
        void release() {
            if (bytes > 0) {
                release(bytes);
            }
        }
    }
}
