package io.kvstore.client;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The effect of a write on the expiry of its key. Immutable. */
public final class TimeToLive {

    /** The shortest time to live: 1 ms. */
    public static final Duration MIN = Duration.ofMillis(1);

    /** The longest time to live: 3,650 days. */
    public static final Duration MAX = Duration.ofDays(3_650);

    private static final TimeToLive UNSPECIFIED = new TimeToLive(null);
    private static final TimeToLive KEEP = new TimeToLive("keep");

    private final @Nullable String text;

    private TimeToLive(@Nullable String text) {
        this.text = text;
    }

    /** Leaves the expiry to the operation: a put removes it, an increment or append keeps it. */
    public static TimeToLive unspecified() {
        return UNSPECIFIED;
    }

    /** Keeps the current expiry; a new key gets none. */
    public static TimeToLive keep() {
        return KEEP;
    }

    /**
     * Lets the key expire after {@code time}, measured by the server's clock from the moment of the write.
     *
     * @throws IllegalArgumentException if {@code time} is outside {@link #MIN} to {@link #MAX}, or not a whole number
     *     of milliseconds
     */
    public static TimeToLive after(Duration time) {
        if (time.compareTo(MIN) < 0
                || time.compareTo(MAX) > 0
                || !time.truncatedTo(ChronoUnit.MILLIS).equals(time)) {
            throw new IllegalArgumentException("a time to live must be a whole number of milliseconds from "
                    + MIN.toMillis() + " ms to " + MAX.toDays() + " days, not " + time);
        }
        return new TimeToLive(time.toMillis() + "ms");
    }

    /** Returns the value of the {@code KV-TTL} header or {@code ttl} field, or null if the request needs none. */
    @Nullable
    String text() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof TimeToLive other && Objects.equals(text, other.text);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(text);
    }

    @Override
    public String toString() {
        return text == null ? "unspecified" : text;
    }
}
