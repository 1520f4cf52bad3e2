package io.kvstore.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a watch reports, and where it begins. Immutable: each method returns new options.
 *
 * @param prefix reports only keys with this prefix; null or empty for all
 * @param since reports the changes after this position first: an event id or a plain revision. Null to begin now
 * @param initial reports the existing rows first, then {@link WatchEvent.Synced}, then changes, with no gap between;
 *     excludes {@code since}
 * @param values whether to report values
 */
public record WatchOptions(
        @Nullable String prefix, @Nullable String since, boolean initial, boolean values) {

    private static final WatchOptions ALL = new WatchOptions(null, null, false, true);

    /** @throws IllegalArgumentException if both {@code since} and {@code initial} are given */
    public WatchOptions {
        if (since != null && initial) {
            throw new IllegalArgumentException("since and initial exclude each other; give one of them");
        }
    }

    /** Reports every change of any key from now on, with values. */
    public static WatchOptions all() {
        return ALL;
    }

    /** Reports every change of keys with a prefix from now on, with values. */
    public static WatchOptions prefix(String prefix) {
        return new WatchOptions(Objects.requireNonNull(prefix, "prefix"), null, false, true);
    }

    /** Reports the changes after an event first; {@code id} is its {@link WatchEvent#id}. */
    public WatchOptions since(String id) {
        return new WatchOptions(prefix, Objects.requireNonNull(id, "id"), initial, values);
    }

    /** Reports the changes after a revision of the store first. */
    public WatchOptions since(long revision) {
        return since(Long.toString(revision));
    }

    /** Reports the existing rows first. */
    public WatchOptions withInitialRows() {
        return new WatchOptions(prefix, since, true, values);
    }

    /** Excludes values. */
    public WatchOptions withoutValues() {
        return new WatchOptions(prefix, since, initial, false);
    }
}
