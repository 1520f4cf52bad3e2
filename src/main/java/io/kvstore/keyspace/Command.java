package io.kvstore.keyspace;

/** An operation on one key, as data: {@link Keyspace} executes it. */
public sealed interface Command {

    /**
     * The kinds of commands, one for each record below. Code that treats kinds differently switches over this enum with a
     * switch expression that has no default branch, so the compiler rejects a switch that lacks a kind.
     */
    enum Kind {
        PUT,
        APPEND,
        INCREMENT,
        TOUCH,
        PERSIST,
        DELETE,
        GET,
        CHECK;

        /** Returns whether commands of this kind change nothing, so that permission to read the key suffices. */
        public boolean isReadOnly() {
            return switch (this) {
                case GET, CHECK -> true;
                case PUT, APPEND, INCREMENT, TOUCH, PERSIST, DELETE -> false;
            };
        }

        /** Returns whether commands of this kind end as {@link Outcome.Status#MISSING} if the key does not exist. */
        public boolean needsExistingKey() {
            return switch (this) {
                case TOUCH, PERSIST, DELETE, GET -> true;
                case PUT, APPEND, INCREMENT, CHECK -> false;
            };
        }
    }

    Kind kind();

    Key key();

    /** Returns the conditions under which the command is executed; if one of them fails, the command changes nothing. */
    default Conditions conditions() {
        return Conditions.NONE;
    }

    /** Sets the value of a key, whether or not the key exists. */
    record Put(Key key, Content content, Expiry expiry, Conditions conditions) implements Command {
        @Override
        public Kind kind() {
            return Kind.PUT;
        }
    }

    /**
     * Appends bytes to the value; a missing key counts as an empty value.
     *
     * @param content the bytes to append, and the media type of a new key; an existing key keeps its own type
     * @param bytesMax the maximum size of the resulting value
     */
    record Append(Key key, Content content, int bytesMax, Expiry expiry, Conditions conditions) implements Command {
        @Override
        public Kind kind() {
            return Kind.APPEND;
        }
    }

    /** Adds to a value that is a decimal 64-bit integer; a missing key counts as 0. Keeps the media type. */
    record Increment(Key key, long by, Expiry expiry, Conditions conditions) implements Command {
        @Override
        public Kind kind() {
            return Kind.INCREMENT;
        }
    }

    /** Sets the expiry of an existing key and keeps its value. */
    record Touch(Key key, Expiry expiry, Conditions conditions) implements Command {
        @Override
        public Kind kind() {
            return Kind.TOUCH;
        }
    }

    /** Removes the expiry of an existing key and keeps its value; a key without an expiry is not changed. */
    record Persist(Key key, Conditions conditions) implements Command {
        @Override
        public Kind kind() {
            return Kind.PERSIST;
        }
    }

    /** Deletes a key. */
    record Delete(Key key, Conditions conditions) implements Command {
        @Override
        public Kind kind() {
            return Kind.DELETE;
        }
    }

    /** Reads the value of a key. */
    record Get(Key key) implements Command {
        @Override
        public Kind kind() {
            return Kind.GET;
        }
    }

    /** Evaluates its conditions and changes nothing. */
    record Check(Key key, Conditions conditions) implements Command {
        @Override
        public Kind kind() {
            return Kind.CHECK;
        }
    }
}
