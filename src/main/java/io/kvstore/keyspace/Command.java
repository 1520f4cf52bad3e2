package io.kvstore.keyspace;

/** Something to be done with one key, as data. */
public sealed interface Command {

    Key key();

    /** What the key must be for it to be done. */
    default Conditions conditions() {
        return Conditions.NONE;
    }

    /** Maps the key to a value, whatever it was. */
    record Put(Key key, Content content, Expiry expiry, Conditions conditions) implements Command {}

    /** Removes the key. */
    record Delete(Key key, Conditions conditions) implements Command {}

    /** Adds to a decimal number of 64 bits; a key that does not exist counts as 0. Keeps the type. */
    record Increment(Key key, long by, Expiry expiry, Conditions conditions) implements Command {}

    /**
     * Appends bytes; a key that does not exist counts as empty.
     *
     * @param content the bytes, and the type of a new key; one that exists keeps its own
     * @param bytesMax the most that the whole value may have
     */
    record Append(Key key, Content content, int bytesMax, Expiry expiry, Conditions conditions) implements Command {}

    /** Sets the expiry of a key that exists, or takes it away; to take away what there is not changes nothing. */
    record Touch(Key key, Expiry expiry, Conditions conditions) implements Command {}

    /** Reads the value. */
    record Get(Key key) implements Command {}

    /** Does nothing but to ask for its conditions. */
    record Check(Key key, Conditions conditions) implements Command {}
}
