package io.kvstore.client;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a value is written. Immutable: each method gives another.
 *
 * @param condition what must hold of the key
 * @param timeToLive what becomes of its expiry
 * @param contentType kept with the value and sent back with it, at most 255 characters of printable ASCII; null for the
 *     client's own, see {@link KeyValueClientBuilder#contentType}. An append takes it for a new key only, an increment not
 *     at all
 */
public record WriteOptions(
        Condition condition,
        TimeToLive timeToLive,
        @Nullable String contentType) {

    private static final WriteOptions PLAIN = new WriteOptions(Condition.none(), TimeToLive.usual(), null);
    private static final int TYPE_CHARS_MAX = 255;

    /** @throws IllegalArgumentException when the content type is too long, empty, or not printable ASCII */
    public WriteOptions {
        Objects.requireNonNull(condition, "condition");
        Objects.requireNonNull(timeToLive, "timeToLive");
        if (contentType != null) {
            checkContentType(contentType);
        }
    }

    static void checkContentType(String type) {
        if (type.isBlank() || type.length() > TYPE_CHARS_MAX || !type.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("a content type has 1 to " + TYPE_CHARS_MAX
                    + " characters of printable ASCII, and this one of " + type.length() + " has others, or none");
        }
    }

    /** Without a condition; a put takes an expiry away; the client's own content type. */
    public static WriteOptions plain() {
        return PLAIN;
    }

    /** The same under a condition. */
    public WriteOptions when(Condition another) {
        return new WriteOptions(another, timeToLive, contentType);
    }

    /** The same with another time to live. */
    public WriteOptions expiring(TimeToLive another) {
        return new WriteOptions(condition, another, contentType);
    }

    /** The same, gone after so long: see {@link TimeToLive#after}. */
    public WriteOptions expiringAfter(Duration time) {
        return expiring(TimeToLive.after(time));
    }

    /** The same, as this media type. */
    public WriteOptions as(String type) {
        return new WriteOptions(condition, timeToLive, Objects.requireNonNull(type, "type"));
    }
}
