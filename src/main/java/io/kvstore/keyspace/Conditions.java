package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * The conditions of a request, RFC 9110 section 13.1.
 *
 * @param ifMatch what the key must be, or null
 * @param ifNoneMatch what it must not be, or null
 */
public record Conditions(@Nullable Match ifMatch, @Nullable Match ifNoneMatch) {

    public static final Conditions NONE = new Conditions(null, null);

    /** @param current the key's state, or null when it does not exist */
    public boolean hold(@Nullable Version current) {
        return (ifMatch == null || ifMatch.matches(current)) && (ifNoneMatch == null || !ifNoneMatch.matches(current));
    }
}
