package io.kvstore.client;

import org.jspecify.annotations.Nullable;

/** One event of a watch. Immutable. */
public sealed interface WatchEvent<V> {

    /** The types of event, one for each record. A switch over {@link #type} can handle all of them. */
    enum Type {
        /** {@link Put}. */
        PUT,
        /** {@link Delete}. */
        DELETE,
        /** {@link Expire}. */
        EXPIRE,
        /** {@link Synced}. */
        SYNCED,
        /** {@link Restarted}. */
        RESTARTED
    }

    /** Returns the type of this event's record. */
    Type type();

    /**
     * Returns the position of this event in the order of all changes, in the form {@code <epoch>-<revision>.<index>}. A
     * watch with {@link WatchOptions#since(String)} resumes after it. Returns null if a watch cannot resume after this
     * event: for {@link Restarted}, and for the existing rows of {@link WatchOptions#withInitialRows}.
     */
    @Nullable
    String id();

    /** Returns the store's revision of this event, or 0 for {@link Restarted}, which has none. */
    long revision();

    /** Returns the key that was written, deleted or expired, or null if this event is not about one key. */
    default @Nullable String key() {
        return null;
    }

    /** Returns the row of a {@link Put}, or null for any other event. */
    default @Nullable Row<V> row() {
        return null;
    }

    /** A key was written. If {@code id} is null, the event reports a row that existed when the watch began. */
    record Put<V>(@Nullable String id, Row<V> row) implements WatchEvent<V> {
        @Override
        public Type type() {
            return Type.PUT;
        }

        @Override
        public long revision() {
            return row.revision();
        }

        @Override
        public String key() {
            return row.key();
        }
    }

    /** A key was deleted. */
    record Delete<V>(String id, String key, long revision) implements WatchEvent<V> {
        @Override
        public Type type() {
            return Type.DELETE;
        }
    }

    /** A key expired. */
    record Expire<V>(String id, String key, long revision) implements WatchEvent<V> {
        @Override
        public Type type() {
            return Type.EXPIRE;
        }
    }

    /** All existing rows have been reported; changes follow. */
    record Synced<V>(String id, long revision) implements WatchEvent<V> {
        @Override
        public Type type() {
            return Type.SYNCED;
        }
    }

    /**
     * The connection broke before all existing rows were reported, and the watch reports them again from the first.
     * Discard the rows received so far: some of their keys may have been deleted.
     */
    record Restarted<V>() implements WatchEvent<V> {
        @Override
        public Type type() {
            return Type.RESTARTED;
        }

        @Override
        public @Nullable String id() {
            return null;
        }

        @Override
        public long revision() {
            return 0;
        }
    }
}
