package io.kvstore.keyspace;

import java.util.Comparator;

/**
 * A position in the sequence of all changes: directly after change {@code index} of the commit {@code revision}. Positions
 * are ordered as the changes are.
 */
public record Position(long revision, int index) implements Comparable<Position> {

    private static final int LAST = Integer.MAX_VALUE;
    private static final Comparator<Position> ORDER =
            Comparator.comparingLong(Position::revision).thenComparingInt(Position::index);

    /** Returns the position after all changes of a commit. */
    public static Position after(long revision) {
        return new Position(revision, LAST);
    }

    /** Returns the greatest revision after which the history contains every change that follows this position. */
    long historyAfter() {
        return index == LAST ? revision : revision - 1;
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }
}
