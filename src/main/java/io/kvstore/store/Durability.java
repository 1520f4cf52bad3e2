package io.kvstore.store;

import java.util.Locale;

/** When a commit is forced to disk. */
public enum Durability {
    /** Before it is visible. No acknowledged commit is ever lost. */
    ALWAYS,
    /** Within a second. A killed process loses nothing; a power failure loses at most the last second. */
    INTERVAL,
    /**
     * When the operating system does. A killed process loses nothing; a power failure loses what was not written yet.
     */
    NEVER;

    /** Returns the name on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
