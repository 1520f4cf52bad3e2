package io.kvstore.access;

/** How much a rule allows; each includes the ones before it. */
enum Access {
    READ("r"),
    WRITE("rw"),
    /** Beyond every key: snapshots of the whole store, checkpoints, compaction. */
    ADMIN("admin");

    private final String label;

    Access(String label) {
        this.label = label;
    }

    /** How it is written. */
    String label() {
        return label;
    }
}
