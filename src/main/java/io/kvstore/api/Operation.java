package io.kvstore.api;

import io.kvstore.keyspace.Command;
import java.util.List;
import java.util.Locale;

/** One of the operations of a batch. */
record Operation(Kind kind, Command command) {

    /** What there is to be done with a key, and the fields that say how. */
    enum Kind {
        PUT("value", "base64", "type", "ttl", "if_match", "if_none_match"),
        DELETE("if_match", "if_none_match"),
        INCREMENT("by", "ttl", "if_match", "if_none_match"),
        APPEND("value", "base64", "type", "ttl", "if_match", "if_none_match"),
        TOUCH("ttl", "if_match", "if_none_match"),
        PERSIST("if_match", "if_none_match"),
        GET,
        CHECK("exists", "if_match");

        @SuppressWarnings("ImmutableEnumChecker") // List.of makes none that could be changed
        private final List<String> fields;

        Kind(String... fields) {
            this.fields = List.of(fields);
        }

        /** The fields it knows besides {@code op} and {@code key}. */
        List<String> fields() {
            return fields;
        }

        /** How it is written, as in {@code put}. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
