package io.kvstore.client;

import java.util.Objects;

/**
 * What must hold of a key for a write to be done, judged by the server in one step with the write. Where it does not hold,
 * nothing is changed and a {@link ConditionFailedException} says which state there is instead. Immutable.
 *
 * <pre>{@code
 * WriteOptions take = WriteOptions.plain().when(Condition.absent()).expiringAfter(Duration.ofSeconds(30));
 * Written lock = client.put("lock/report", "worker-1", take);
 * }</pre>
 */
public sealed interface Condition {

    /** Nothing is asked. */
    static Condition none() {
        return new None();
    }

    /** There is no such key: to create, and never to overwrite. */
    static Condition absent() {
        return new Absent();
    }

    /** There is such a key, in whatever state: to replace, and never to create. */
    static Condition present() {
        return new Present();
    }

    /** The key is in this very state: compare and set. */
    static Condition revision(ETag etag) {
        return new Revision(etag);
    }

    /** The key is in another state than this, or there is none. */
    static Condition otherThan(ETag etag) {
        return new OtherThan(etag);
    }

    /** See {@link Condition#none}. */
    record None() implements Condition {}

    /** See {@link Condition#absent}. */
    record Absent() implements Condition {}

    /** See {@link Condition#present}. */
    record Present() implements Condition {}

    /** See {@link Condition#revision}. */
    record Revision(ETag etag) implements Condition {
        public Revision {
            Objects.requireNonNull(etag, "etag");
        }
    }

    /** See {@link Condition#otherThan}. */
    record OtherThan(ETag etag) implements Condition {
        public OtherThan {
            Objects.requireNonNull(etag, "etag");
        }
    }
}
