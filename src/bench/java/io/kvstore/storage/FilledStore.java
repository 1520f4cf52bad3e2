package io.kvstore.storage;

import io.kvstore.disk.TemporaryFolder;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Value;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Durability;
import io.kvstore.store.StorageMode;
import java.io.Closeable;
import java.io.IOException;

/** A store with the {@link Entries}, in a folder that is deleted when it is closed. */
final class FilledStore implements Closeable {

    private final TemporaryFolder folder = new TemporaryFolder();
    private final Entries entries = new Entries();
    private final CommitStore<Key, Value> store;

    FilledStore(StorageMode mode, Durability durability) throws IOException {
        store = Stores.open(Entries.options().mode(mode, folder.path()).durability(durability));
        for (Commit<Key, Value> each : entries.commits()) {
            store.commit(transaction -> {
                each.effects().forEach(put -> transaction.put(put.key(), put.value()));
                return each.revision();
            });
        }
        if (mode != StorageMode.MEMORY) {
            store.checkpoint();
        }
    }

    CommitStore<Key, Value> store() {
        return store;
    }

    Entries entries() {
        return entries;
    }

    @Override
    public void close() throws IOException {
        store.close();
        folder.close();
    }
}
