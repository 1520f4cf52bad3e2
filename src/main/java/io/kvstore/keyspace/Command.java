package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/** A change of one key, as data. */
public sealed interface Command {

    Key key();

    Conditions conditions();

    /**
     * Maps the key to a value, whatever it was.
     *
     * @param bytes become the store's own
     * @param type as {@link Value#type}
     * @param text whether the bytes are valid UTF-8
     * @param nowMillis the time it is stored at
     */
    record Put(Key key, byte[] bytes, @Nullable String type, boolean text, long nowMillis, Conditions conditions)
            implements Command {}

    /** Removes the key. */
    record Delete(Key key, Conditions conditions) implements Command {}
}
