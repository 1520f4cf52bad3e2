package io.kvstore.client;

import org.jspecify.annotations.Nullable;

/** What a watch tells. Immutable. */
public sealed interface WatchEvent<V> {

    /**
     * The place in the order of all changes, for {@link WatchOptions#since(String)}: {@code <epoch>-<revision>.<index>}. Null
     * where a watch cannot go on from: amid the rows of {@link WatchOptions#withInitialRows}.
     */
    @Nullable
    String id();

    /** A key was written; or, without an id, is among the rows that there are. */
    record Put<V>(@Nullable String id, Row<V> row) implements WatchEvent<V> {}

    /** A key was deleted. */
    record Delete<V>(String id, String key, long revision) implements WatchEvent<V> {}

    /** A key is gone, for its time was up. */
    record Expire<V>(String id, String key, long revision) implements WatchEvent<V> {}

    /** The rows that there are have all come; what follows are changes. */
    record Synced<V>(String id, long revision) implements WatchEvent<V> {}

    /**
     * The connection broke amid the rows that there are, which begin anew: forget those that came, for some of their keys may
     * be gone.
     */
    record Restarted<V>() implements WatchEvent<V> {
        @Override
        public @Nullable String id() {
            return null;
        }
    }
}
