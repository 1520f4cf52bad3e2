package io.kvstore.store;

import java.util.Locale;

/** Where entries live. Each mode answers every request alike; they differ in memory, speed and what a crash leaves. */
public enum StorageMode {
    /** In memory; gone with the process. */
    MEMORY(0),
    /** In a file, as large as the disk allows; a log makes each commit durable. */
    PERSISTENT(1),
    /** As {@link #PERSISTENT}, with the entries used last kept in memory too. */
    CACHED(2),
    /** In memory, with a log that makes each commit durable and snapshots that keep the log short. */
    LOGGED(3);

    private final int number;

    StorageMode(int number) {
        this.number = number;
    }

    /** The number that the command line knows the mode by. */
    public int number() {
        return number;
    }

    /** The name that the command line knows the mode by. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
