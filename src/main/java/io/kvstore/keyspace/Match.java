package io.kvstore.keyspace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a condition asks for: any state at all, or one of these.
 *
 * @param any whether it is {@code *}
 * @param versions the states, where it is not; an empty list matches nothing
 */
public record Match(boolean any, List<Version> versions) {

    /** Any state, as long as the key exists. */
    public static final Match ANY = new Match(true, List.of());

    public static Match of(List<Version> versions) {
        return new Match(false, List.copyOf(versions));
    }

    /** @param current the key's state, or null when it does not exist */
    public boolean matches(@Nullable Version current) {
        return current != null && (any || versions.contains(current));
    }
}
