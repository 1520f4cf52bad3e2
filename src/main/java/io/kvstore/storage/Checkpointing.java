package io.kvstore.storage;

import java.io.IOException;

/**
 * How a table is written to disk apart from the log, so that the log it covers can be dropped. The committing thread
 * calls these methods between two groups. A checkpoint is written in the background, while later commits are made.
 */
interface Checkpointing {

    /** Returns the size of the table on disk. */
    long bytes();

    /**
     * Returns whether a checkpoint should begin.
     *
     * @param changesSince changes since the last checkpoint began
     * @param bytesSince the encoded size of their commits
     */
    boolean isDue(long changesSince, long bytesSince);

    /** Returns whether the table has no room for more commits until a checkpoint is written. */
    boolean isFull();

    /** Begins a checkpoint of the present state of the table. All its commits are durable in the log. */
    Checkpoint begin() throws IOException;

    /** A checkpoint that was begun and is not written yet. */
    interface Checkpoint {

        /**
         * Writes the checkpoint. Never called on the committing thread while that runs.
         *
         * @return the revision up to which the table is now on disk
         */
        long write(Fence fence) throws IOException;
    }

    /** Reads the present state on the committing thread. */
    interface Fence {

        /** Returns the state between two groups, after all its commits were applied and made durable in the log. */
        Point reach() throws IOException;
    }

    /**
     * The state of a store between two groups.
     *
     * @param size the number of keys
     */
    record Point(long revision, long size) {}
}
