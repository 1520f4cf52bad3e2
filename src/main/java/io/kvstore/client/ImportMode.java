package io.kvstore.client;

/** What an import does to existing keys. */
public enum ImportMode {
    /** A row overwrites an existing key. */
    MERGE,
    /** An existing key keeps its value. */
    SKIP,
    /** Like {@link #MERGE}; after the whole input is read, the server deletes all keys that no row names. */
    REPLACE
}
