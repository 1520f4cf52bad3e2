package io.kvstore.server;

import io.kvstore.config.ServerConfig;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts a {@link Server}. By default the server opens the store that its configuration describes, uses the system clock and
 * limits requests in flight by the size of the heap.
 *
 * <p>Not thread-safe.
 */
public final class ServerBuilder {

    private final ServerConfig config;
    private InstantSource clock = InstantSource.system();
    private ServerBounds bounds = ServerBounds.of(Runtime.getRuntime().maxMemory());
    private OutputStream accessLogOutput = new FileOutputStream(FileDescriptor.out);
    private @Nullable Supplier<Keyspace> opener;

    ServerBuilder(ServerConfig config) {
        this.config = config;
    }

    /** Sets the clock for the expiry of keys and tokens and for the times at which keys are stored. */
    public ServerBuilder clock(InstantSource clock) {
        this.clock = clock;
        return this;
    }

    /** Sets what opens the store, in place of the store that the configuration describes. The server closes the store. */
    public ServerBuilder keyspace(Supplier<Keyspace> opener) {
        this.opener = opener;
        return this;
    }

    ServerBuilder bounds(ServerBounds bounds) {
        this.bounds = bounds;
        return this;
    }

    /** Sets where the lines of the access log are written, by default standard output. */
    ServerBuilder accessLogOutput(OutputStream accessLogOutput) {
        this.accessLogOutput = accessLogOutput;
        return this;
    }

    /**
     * Starts a server that listens but has not opened its store. It answers 503 until {@link Server#open} returns.
     *
     * @throws StartException if the address cannot be bound, or a TLS file or the token file is invalid
     */
    public Server listen() {
        return new Server(this);
    }

    /**
     * Starts a server that listens and has opened its store. Releases everything if it throws.
     *
     * @throws StartException as {@link #listen}
     * @throws io.kvstore.store.StoreException if the store cannot be opened
     */
    public Server start() {
        Server server = listen();
        try {
            server.open();
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    ServerConfig config() {
        return config;
    }

    InstantSource clock() {
        return clock;
    }

    ServerBounds bounds() {
        return bounds;
    }

    OutputStream accessLogOutput() {
        return accessLogOutput;
    }

    Supplier<Keyspace> opener() {
        return opener == null ? () -> openStore(config, clock) : opener;
    }

    private static Keyspace openStore(ServerConfig config, InstantSource clock) {
        return new Keyspace(
                Stores.open(StoreOptions.of(Keyspace.FORMAT)
                        .mode(config.mode(), config.storePath())
                        .restore(config.restore())
                        .cacheCapacity(config.cacheCapacity())
                        .durability(config.durability())
                        .history(config.historyChanges(), config.historyBytes())),
                clock);
    }
}
