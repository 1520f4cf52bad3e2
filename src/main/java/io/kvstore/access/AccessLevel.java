package io.kvstore.access;

/** The access that a rule grants. Each level includes the ones before it. */
enum AccessLevel {
    READ("r"),
    WRITE("rw"),
    /** Access to all keys, and to the store itself: snapshots, checkpoints and compaction. */
    ADMIN("admin");

    private final String label;

    AccessLevel(String label) {
        this.label = label;
    }

    /** Returns the level as it is written in a rule. */
    String label() {
        return label;
    }
}
