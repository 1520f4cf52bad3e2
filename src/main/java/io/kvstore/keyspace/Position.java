package io.kvstore.keyspace;

import java.util.Comparator;

/** A place in the order of all changes: after the change {@code index} of the commit {@code revision}. */
public record Position(long revision, int index) implements Comparable<Position> {

    private static final int LAST = Integer.MAX_VALUE;
    private static final Comparator<Position> ORDER =
            Comparator.comparingLong(Position::revision).thenComparingInt(Position::index);

    /** The place after the whole of a commit. */
    public static Position after(long revision) {
        return new Position(revision, LAST);
    }

    /** The revision that a history must go on after to have in it all that follows this place. */
    long historyAfter() {
        return index == LAST ? revision : revision - 1;
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }
}
