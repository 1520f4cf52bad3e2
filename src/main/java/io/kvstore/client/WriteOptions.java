package io.kvstore.client;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options of a write. Immutable: each method returns new options.
 *
 * @param condition what must hold for the key
 * @param timeToLive the effect on the expiry of the key
 * @param contentType stored with the value and returned with it, 1 to 255 characters of printable ASCII; null for the
 *     client's, see {@link KeyValueClientBuilder#contentType}. An append uses it only for a new key, an increment not
 *     at all
 */
public record WriteOptions(
        Condition condition,
        TimeToLive timeToLive,
        @Nullable String contentType) {

    private static final WriteOptions DEFAULTS = new WriteOptions(Condition.none(), TimeToLive.unspecified(), null);
    private static final int TYPE_CHARS_MAX = 255;

    /** @throws IllegalArgumentException if the content type is too long, blank, or not printable ASCII */
    public WriteOptions {
        Objects.requireNonNull(condition, "condition");
        Objects.requireNonNull(timeToLive, "timeToLive");
        if (contentType != null) {
            checkContentType(contentType);
        }
    }

    static void checkContentType(String type) {
        if (type.isBlank() || type.length() > TYPE_CHARS_MAX || !type.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("a content type must be 1 to " + TYPE_CHARS_MAX
                    + " characters of printable ASCII and not blank; this one has " + type.length() + " characters");
        }
    }

    /** Returns options without a condition, with the client's content type; a put removes the expiry. */
    public static WriteOptions defaults() {
        return DEFAULTS;
    }

    /** Returns these options with another condition. */
    public WriteOptions when(Condition other) {
        return new WriteOptions(other, timeToLive, contentType);
    }

    /** Returns these options with another time to live. */
    public WriteOptions expiring(TimeToLive other) {
        return new WriteOptions(condition, other, contentType);
    }

    /** Returns these options with an expiry; see {@link TimeToLive#after}. */
    public WriteOptions expiringAfter(Duration time) {
        return expiring(TimeToLive.after(time));
    }

    /** Returns these options with a content type. */
    public WriteOptions as(String type) {
        return new WriteOptions(condition, timeToLive, Objects.requireNonNull(type, "type"));
    }
}
