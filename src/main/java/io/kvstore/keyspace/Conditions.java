package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * The conditions of a request, RFC 9110 section 13.1.
 *
 * @param ifMatch states of which the key must have one, or null for no such condition
 * @param ifNoneMatch states of which the key must have none, or null for no such condition
 */
public record Conditions(@Nullable Match ifMatch, @Nullable Match ifNoneMatch) {

    public static final Conditions NONE = new Conditions(null, null);

    /**
     * Returns whether all conditions hold.
     *
     * @param current the state of the key, or null if the key does not exist
     */
    public boolean hold(@Nullable Version current) {
        return (ifMatch == null || ifMatch.matches(current)) && (ifNoneMatch == null || !ifNoneMatch.matches(current));
    }
}
