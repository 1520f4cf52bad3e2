package io.kvstore.store;

import org.jspecify.annotations.Nullable;

/** A failure of a store. The message is for the person who runs the store, and may name files. */
public abstract sealed class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * The kinds of failures, one for each subclass. Code that treats kinds differently switches over this enum with a
     * switch expression that has no default branch, so the compiler rejects a switch that lacks a kind.
     */
    public enum Kind {
        CANNOT_OPEN,
        DAMAGED,
        OUTCOME_UNKNOWN,
        READ_ONLY,
        COMPACTION_FAILED,
        COMPACTION_RUNNING,
        CLOSED,
        TOO_LARGE,
        MEMORY_FULL,
        HISTORY_GONE
    }

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public abstract Kind kind();

    /** Returns whether the failure was caused by a full disk. */
    public boolean diskFull() {
        return false;
    }

    /** The folder cannot be opened as it is; nothing in it was changed. */
    public static final class CannotOpen extends StoreException {
        private static final long serialVersionUID = 1L;

        public CannotOpen(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        @Override
        public Kind kind() {
            return Kind.CANNOT_OPEN;
        }
    }

    /** Stored bytes do not match their checksum or their format. */
    public static final class Damaged extends StoreException {
        private static final long serialVersionUID = 1L;

        public Damaged(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        @Override
        public Kind kind() {
            return Kind.DAMAGED;
        }
    }

    /**
     * A change could not be written or forced. It is not visible; after a restart it exists completely or not at all.
     */
    public static final class OutcomeUnknown extends StoreException {
        private static final long serialVersionUID = 1L;
        private final boolean diskFull;

        public OutcomeUnknown(String message, boolean diskFull, Throwable cause) {
            super(message, cause);
            this.diskFull = diskFull;
        }

        @Override
        public Kind kind() {
            return Kind.OUTCOME_UNKNOWN;
        }

        /** Returns whether the disk had no free space. */
        @Override
        public boolean diskFull() {
            return diskFull;
        }
    }

    /**
     * The store does not accept the change, usually because an earlier write failed. Nothing was changed; reads
     * continue.
     */
    public static final class ReadOnly extends StoreException {
        private static final long serialVersionUID = 1L;
        private final boolean diskFull;

        public ReadOnly(String message, boolean diskFull, Throwable cause) {
            super(message, cause);
            this.diskFull = diskFull;
        }

        @Override
        public Kind kind() {
            return Kind.READ_ONLY;
        }

        /** Returns whether the disk had no free space. */
        @Override
        public boolean diskFull() {
            return diskFull;
        }
    }

    /** A compaction failed. The store is unchanged and continues. */
    public static final class CompactionFailed extends StoreException {
        private static final long serialVersionUID = 1L;
        private final boolean diskFull;

        public CompactionFailed(String message, boolean diskFull, Throwable cause) {
            super(message, cause);
            this.diskFull = diskFull;
        }

        @Override
        public Kind kind() {
            return Kind.COMPACTION_FAILED;
        }

        /** Returns whether the disk had no free space. */
        @Override
        public boolean diskFull() {
            return diskFull;
        }
    }

    /** A compaction is already in progress, so no other was begun. */
    public static final class CompactionRunning extends StoreException {
        private static final long serialVersionUID = 1L;

        public CompactionRunning() {
            super("a compaction is already in progress", null);
        }

        @Override
        public Kind kind() {
            return Kind.COMPACTION_RUNNING;
        }
    }

    /** The store is closed. */
    public static final class Closed extends StoreException {
        private static final long serialVersionUID = 1L;

        public Closed() {
            super("the store is closed", null);
        }

        @Override
        public Kind kind() {
            return Kind.CLOSED;
        }
    }

    /** The change is larger than the maximum size of a commit. Nothing was changed. */
    public static final class TooLarge extends StoreException {
        private static final long serialVersionUID = 1L;

        public TooLarge(String message) {
            super(message, null);
        }

        @Override
        public Kind kind() {
            return Kind.TOO_LARGE;
        }
    }

    /**
     * There is no memory for more entries. Nothing was changed; changes that need no more memory, such as deletions,
     * continue.
     */
    public static final class MemoryFull extends StoreException {
        private static final long serialVersionUID = 1L;

        public MemoryFull(String message) {
            super(message, null);
        }

        @Override
        public Kind kind() {
            return Kind.MEMORY_FULL;
        }
    }

    /** The history does not have the requested revision: it is too old, or does not exist yet. */
    public static final class HistoryGone extends StoreException {
        private static final long serialVersionUID = 1L;

        public HistoryGone(String message) {
            super(message, null);
        }

        @Override
        public Kind kind() {
            return Kind.HISTORY_GONE;
        }
    }
}
