package io.kvstore.keyspace;

/** A change of one key, as data. */
public sealed interface Command {

    Key key();

    Conditions conditions();

    /**
     * Maps the key to a value, whatever it was.
     *
     * @param nowMillis the time it is stored at
     */
    record Put(Key key, Content content, long nowMillis, Conditions conditions) implements Command {}

    /** Removes the key. */
    record Delete(Key key, Conditions conditions) implements Command {}
}
