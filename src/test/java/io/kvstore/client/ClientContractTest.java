package io.kvstore.client;

import io.kvstore.server.Server;
import io.kvstore.storage.KeyValueStoreContract;
import io.kvstore.store.KeyValueStore;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.TestServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The client keeps the contract of a store. */
@Tag("http")
@ParameterizedClass
@EnumSource(
        value = StorageMode.class,
        names = {"MEMORY", "PERSISTENT"})
class ClientContractTest extends KeyValueStoreContract {

    private final StorageMode mode;

    @TempDir
    Path folder;

    private Server server;
    private KeyValueClient<String> client;

    ClientContractTest(StorageMode mode) {
        this.mode = mode;
    }

    @BeforeEach
    void start() {
        server = TestServer.start(mode, folder);
        client = KeyValueClient.ofText(URI.create(server.address()));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Override
    protected KeyValueStore<String, String> store() {
        return client;
    }

    @Override
    protected void putAll(List<String> keys, String value) {
        Batch<String> batch = client.batch();
        keys.forEach(key -> batch.put(key, value));
        batch.commit();
    }
}
