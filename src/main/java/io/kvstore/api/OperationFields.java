package io.kvstore.api;

import io.kvstore.keyspace.Conditions;
import io.kvstore.keyspace.Content;
import io.kvstore.keyspace.Expiry;
import io.kvstore.keyspace.Match;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a client gave for one operation: each is valid by itself, but not yet known to suit the operation. Each
 * setter returns this object. Not thread-safe.
 */
final class OperationFields {

    /** A field of an operation: a JSON field of a batch, or the corresponding part of a request for one key. */
    enum Field {
        /** The value as text; the body of a request for one key. */
        VALUE,
        /** The value in base64; only in batches. */
        BASE64,
        /** The media type of the value. */
        TYPE,
        /** The number to add. */
        BY,
        /** The time to live. */
        TTL,
        /** Whether the key must exist; only in batches. */
        EXISTS,
        IF_MATCH,
        IF_NONE_MATCH;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** Returns the name of the JSON field, such as {@code if_match}. */
        String label() {
            return label;
        }
    }

    private final Set<Field> given = EnumSet.noneOf(Field.class);
    private byte @Nullable [] bytes;
    private @Nullable String type;
    private long by = 1;
    private @Nullable Expiry ttl;
    private boolean exists;
    private @Nullable Match ifMatch;
    private @Nullable Match ifNoneMatch;

    /** Returns the fields that have been set. Not a copy; the caller must not modify it. */
    Set<Field> given() {
        return given;
    }

    OperationFields value(byte[] value) {
        given.add(Field.VALUE);
        bytes = value;
        return this;
    }

    OperationFields base64(byte[] value) {
        given.add(Field.BASE64);
        bytes = value;
        return this;
    }

    OperationFields type(String value) {
        given.add(Field.TYPE);
        type = value;
        return this;
    }

    OperationFields by(long value) {
        given.add(Field.BY);
        by = value;
        return this;
    }

    OperationFields ttl(Expiry value) {
        given.add(Field.TTL);
        ttl = value;
        return this;
    }

    OperationFields exists(boolean value) {
        given.add(Field.EXISTS);
        exists = value;
        return this;
    }

    OperationFields ifMatch(Match value) {
        given.add(Field.IF_MATCH);
        ifMatch = value;
        return this;
    }

    OperationFields ifNoneMatch(Match value) {
        given.add(Field.IF_NONE_MATCH);
        ifNoneMatch = value;
        return this;
    }

    /** Returns the value with its media type. Either VALUE or BASE64 must have been set. */
    Content content() {
        return new Content(Objects.requireNonNull(bytes), type);
    }

    /** Returns the number to add, 1 by default. */
    long by() {
        return by;
    }

    /** Returns the time to live, or a default if it has not been set. */
    Expiry ttlOr(Expiry defaultValue) {
        return ttl == null ? defaultValue : ttl;
    }

    Conditions conditions() {
        return ifMatch == null && ifNoneMatch == null ? Conditions.NONE : new Conditions(ifMatch, ifNoneMatch);
    }

    /** Returns the conditions of a check. Either EXISTS or IF_MATCH must have been set. */
    Conditions checkedConditions() {
        if (!given.contains(Field.EXISTS)) {
            return new Conditions(ifMatch, null);
        }
        return exists ? new Conditions(Match.ANY, null) : new Conditions(null, Match.ANY);
    }
}
