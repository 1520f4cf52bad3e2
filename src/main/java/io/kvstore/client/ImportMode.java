package io.kvstore.client;

/** What an import does to keys that exist. */
public enum ImportMode {
    /** The row wins. */
    MERGE,
    /** The key stays as it is. */
    SKIP,
    /** As merge; and once the whole input was read, the keys are deleted that it did not name. */
    REPLACE
}
