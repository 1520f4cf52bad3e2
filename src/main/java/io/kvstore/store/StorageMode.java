package io.kvstore.store;

import java.util.Locale;

/** Where entries are kept. All modes give the same answers; they differ in memory use, speed and crash safety. */
public enum StorageMode {
    /** In memory; lost when the process ends. */
    MEMORY(0),
    /** In a file that may be larger than memory; a log makes each commit durable. */
    PERSISTENT(1),
    /** As {@link #PERSISTENT}, with the most recently used entries in memory too. */
    CACHED(2),
    /** In memory, with a log that makes each commit durable and snapshots that keep the log short. */
    LOGGED(3);

    private final int number;

    StorageMode(int number) {
        this.number = number;
    }

    /** Returns the number on the command line. */
    public int number() {
        return number;
    }

    /** Returns the name on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
