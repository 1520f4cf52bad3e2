package io.kvstore.store;

import org.jspecify.annotations.Nullable;

/** What can go wrong in a store. The message is a sentence for the person who runs it, and may name files. */
public abstract sealed class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * The kinds of failures, one for each subclass. Code that treats kinds differently switches over this enum with a switch
     * expression that has no default branch, so the compiler rejects a switch that lacks a kind.
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

    /** Stored bytes do not match their checksum, or do not follow their format. */
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

    /** The change could not be written, or not be forced: it is not visible, and after a restart it is there wholly or not at all. */
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

        /** Whether the disk had no space left. */
        @Override
        public boolean diskFull() {
            return diskFull;
        }
    }

    /** An earlier write failed, so that the store takes no more; this change was not tried. Reads go on. */
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

        /** Whether it was for want of disk space. */
        @Override
        public boolean diskFull() {
            return diskFull;
        }
    }

    /** The store could not be compacted. It is as it was before, and goes on. */
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

        /** Whether it was for want of disk space. */
        @Override
        public boolean diskFull() {
            return diskFull;
        }
    }

    /** A compaction is under way, so that no other was begun. */
    public static final class CompactionRunning extends StoreException {
        private static final long serialVersionUID = 1L;

        public CompactionRunning() {
            super("a compaction is under way already", null);
        }

        @Override
        public Kind kind() {
            return Kind.COMPACTION_RUNNING;
        }
    }

    /** The store was closed. */
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

    /** The change is larger than any log record may be; it was not tried. */
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

    /** There is no memory for more entries; the change was not tried. Those that need no more go on, deletions above all. */
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

    /** The history does not reach back that far any longer, or not yet so far. */
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
