package io.kvstore.storage;

/**
 * Checkpoints of a table in a file: writes its changed pages. One is due when the changed pages take half of their
 * memory, or when replaying the log would take long.
 */
final class PageCheckpointing<K, V> implements Checkpointing {

    private static final long CHANGES_MAX = 50_000;
    private static final long LOG_BYTES_MAX = 64 << 20;

    private final ReplaceableTable<K, V> table;
    private final long dirtyBytesMax;

    /** @param dirtyBytesMax the memory for changed pages; commits wait for a checkpoint when it is full */
    PageCheckpointing(ReplaceableTable<K, V> table, long dirtyBytesMax) {
        this.table = table;
        this.dirtyBytesMax = dirtyBytesMax;
    }

    @Override
    public long bytes() {
        return table.length();
    }

    @Override
    public boolean isDue(long changesSince, long bytesSince) {
        return changesSince >= CHANGES_MAX
                || bytesSince >= LOG_BYTES_MAX
                || table.present().dirtyBytes() >= dirtyBytesMax / 2;
    }

    @Override
    public boolean isFull() {
        return table.present().dirtyBytes() >= dirtyBytesMax;
    }

    @Override
    public Checkpoint begin() {
        var pages = table.present().freeze();
        return fence -> {
            pages.write();
            return pages.revision();
        };
    }
}
