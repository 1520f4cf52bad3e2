package io.kvstore.store;

import java.util.Locale;

/** When a commit is forced to disk. */
public enum Durability {
    /** Before anybody sees it. Nothing acknowledged is ever lost. */
    ALWAYS,
    /** Within a second. A killed process loses nothing, a power cut at most the last second. */
    INTERVAL,
    /** When the operating system likes. A killed process loses nothing, a power cut what was not written yet. */
    NEVER;

    /** The name that the command line knows it by. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
