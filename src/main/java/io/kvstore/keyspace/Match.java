package io.kvstore.keyspace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The states of a key that a condition matches: all of them, or those in a list.
 *
 * @param any whether every state matches, as {@code *} does
 * @param versions the states that match if {@code any} is false; an empty list matches nothing
 */
public record Match(boolean any, List<Version> versions) {

    /** Matches every state of a key that exists. */
    public static final Match ANY = new Match(true, List.of());

    public static Match of(List<Version> versions) {
        return new Match(false, List.copyOf(versions));
    }

    /**
     * Returns whether a state matches.
     *
     * @param current the state of the key, or null if the key does not exist, which matches nothing
     */
    public boolean matches(@Nullable Version current) {
        return current != null && (any || versions.contains(current));
    }
}
