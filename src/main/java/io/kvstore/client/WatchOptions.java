package io.kvstore.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is watched, and from where on. Immutable: each method gives another.
 *
 * @param prefix only keys that begin with it; null for all
 * @param since first all that came after a place: the id of an event, or a plain revision. Null for from now on
 * @param initial first the rows that there are, then {@link WatchEvent.Synced}, then changes, with no gap between; not
 *     beside {@code since}
 * @param values whether the values are wanted
 */
public record WatchOptions(
        @Nullable String prefix, @Nullable String since, boolean initial, boolean values) {

    private static final WatchOptions ALL = new WatchOptions(null, null, false, true);

    /** @throws IllegalArgumentException when both {@code since} and {@code initial} are given */
    public WatchOptions {
        if (since != null && initial) {
            throw new IllegalArgumentException(
                    "a watch begins after a place, or with the rows that there are: give since or initial, not both");
        }
    }

    /** Every change of any key, from now on, with the values. */
    public static WatchOptions all() {
        return ALL;
    }

    /** Every change of a key that begins so, from now on. */
    public static WatchOptions prefix(String prefix) {
        return new WatchOptions(Objects.requireNonNull(prefix, "prefix"), null, false, true);
    }

    /** First all that came after an event, whose {@link WatchEvent#id} this is. */
    public WatchOptions since(String id) {
        return new WatchOptions(prefix, Objects.requireNonNull(id, "id"), initial, values);
    }

    /** First all that came after a revision of the store. */
    public WatchOptions since(long revision) {
        return since(Long.toString(revision));
    }

    /** First the rows that there are. */
    public WatchOptions withInitialRows() {
        return new WatchOptions(prefix, since, true, values);
    }

    /** Without the values. */
    public WatchOptions withoutValues() {
        return new WatchOptions(prefix, since, initial, false);
    }
}
