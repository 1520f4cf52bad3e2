package io.kvstore.storage;

import java.io.IOException;

/**
 * How a table comes to be on disk apart from the log, so that the log before can go. Called on the committing thread,
 * between groups; what it begins is carried out beside the commits that follow.
 */
interface Checkpointing {

    /** How many bytes the table takes on disk. */
    long bytes();

    /** Whether it is time for one. */
    boolean isDue(long changesSince, long bytesSince);

    /** Whether the table can take no more until the checkpoint under way is done. */
    boolean isFull();

    Checkpoint begin() throws IOException;

    /** A checkpoint that was begun. */
    interface Checkpoint {

        /**
         * Carries it out, on another thread than the committing one.
         *
         * @return the revision up to which the table is now on disk
         */
        long write(Fence fence) throws IOException;
    }

    /** Asks the committing thread where it is. */
    interface Fence {

        /** A point between two groups: everything up to it has been applied, and its log is on disk. */
        Point reach() throws IOException;
    }

    /** What the store is at a fence. */
    record Point(long revision, long size) {}
}
