package io.kvstore.storage;

/** Opens the store of a mode: the one place that knows which engine stands behind which. */
public final class Stores {

    private Stores() {}

    /**
     * Opens a store, making it when its folder is missing or empty.
     *
     * @throws StoreException.CannotOpen when the folder is another process's, of another mode, of a newer version, or not
     *     a store at all
     * @throws StoreException.Damaged when what is there is not what was written; nothing was deleted
     */
    public static <K, V> CommitStore<K, V> open(StoreOptions<K, V> options) {
        return switch (options.mode()) {
            case MEMORY -> new MemoryStore<>(
                    new MemoryTable<>(options.keyCodec(), options.valueCodec(), options.rank(), 0),
                    new MemoryHistory<>(
                            options.keyCodec(),
                            options.valueCodec(),
                            options.historyChanges(),
                            options.historyBytes(),
                            0),
                    options.random().getAsLong());
            case PERSISTENT, CACHED, LOGGED -> throw new UnsupportedOperationException("not yet");
        };
    }
}
