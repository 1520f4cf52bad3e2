package io.kvstore.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A requirement on the state of a key. The server checks it and writes in one atomic step. If it does not hold, the
 * server changes nothing, and {@link ClientException.ConditionFailed} carries the current state. Immutable.
 *
 * <pre>{@code
 * WriteOptions take = WriteOptions.defaults().when(Condition.absent()).expiringAfter(Duration.ofSeconds(30));
 * WriteResult lock = client.put("lock/report", "worker-1", take);
 * }</pre>
 */
public final class Condition {

    private static final String ANY = "*";
    private static final Condition NONE = new Condition(null, null);
    private static final Condition ABSENT = new Condition(null, ANY);
    private static final Condition PRESENT = new Condition(ANY, null);

    private final @Nullable String ifMatch;
    private final @Nullable String ifNoneMatch;

    private Condition(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        this.ifMatch = ifMatch;
        this.ifNoneMatch = ifNoneMatch;
    }

    /** Returns the condition that always holds. */
    public static Condition none() {
        return NONE;
    }

    /** Requires that the key is absent: the write creates it and never overwrites. */
    public static Condition absent() {
        return ABSENT;
    }

    /** Requires that the key is present, in any state: the write replaces it and never creates. */
    public static Condition present() {
        return PRESENT;
    }

    /** Requires that the key is in exactly this state: compare-and-set. */
    public static Condition revision(ETag etag) {
        return new Condition(etag.text(), null);
    }

    /** Requires that the key is in any other state than this one, or absent. */
    public static Condition otherThan(ETag etag) {
        return new Condition(null, etag.text());
    }

    /** Returns the value of HTTP's {@code If-Match}, or null if the header is not needed. */
    @Nullable
    String ifMatch() {
        return ifMatch;
    }

    /** Returns the value of HTTP's {@code If-None-Match}, or null if the header is not needed. */
    @Nullable
    String ifNoneMatch() {
        return ifNoneMatch;
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof Condition other
                && Objects.equals(ifMatch, other.ifMatch)
                && Objects.equals(ifNoneMatch, other.ifNoneMatch);
    }

    @Override
    public int hashCode() {
        return Objects.hash(ifMatch, ifNoneMatch);
    }

    @Override
    public String toString() {
        return ifMatch != null
                ? "If-Match: " + ifMatch
                : ifNoneMatch != null ? "If-None-Match: " + ifNoneMatch : "none";
    }
}
