package io.kvstore.storage;

import java.util.Locale;

/** Where entries live. Each mode answers every request alike; they differ in memory, speed and what a crash leaves. */
public enum StorageMode {
    /** In memory; gone with the process. */
    MEMORY,
    /** In a file, as large as the disk allows; a log makes each commit durable. */
    PERSISTENT,
    /** As {@link #PERSISTENT}, with the entries used last kept in memory too. */
    CACHED,
    /** In memory, with a log that makes each commit durable and snapshots that keep the log short. */
    LOGGED;

    /** The number that the command line knows the mode by. */
    public int number() {
        return ordinal();
    }

    /** The name that the command line knows the mode by. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
