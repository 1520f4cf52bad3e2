package io.kvstore.testing;

import io.kvstore.config.ServerConfig;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.server.HttpServerSettings;
import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Servers for tests, on free ports. */
public final class TestServer {

    private TestServer() {}

    /**
     * For a test that makes an HTTP server by itself: what the process reads once, before its first server, is to be the same
     * whichever test comes first.
     */
    public static void applySettings() {
        HttpServerSettings.apply();
    }

    /** A running server of a mode; {@code flags} are names and values in turn. */
    public static Server start(StorageMode mode, Path folder, String... flags) {
        return Server.start(config(mode, folder, flags));
    }

    /** As {@link #start(StorageMode, Path, String...)}, with a clock of its own. */
    public static Server start(StorageMode mode, Path folder, InstantSource clock, String... flags) {
        ServerConfig config = config(mode, folder, flags);
        Server server = Server.listen(config, () -> Server.openStore(config, clock), clock);
        server.open();
        return server;
    }

    /** A running server over a store that somebody else made. */
    public static Server over(Supplier<Keyspace> opener, String... flags) {
        Server server = Server.listen(config(StorageMode.MEMORY, Path.of("unused"), flags), opener);
        server.open();
        return server;
    }

    public static ServerConfig config(StorageMode mode, Path folder, String... flags) {
        Map<String, String> all = new HashMap<>();
        all.put("--port", "0");
        all.put("--mode", mode.label());
        all.put("--store_path", folder.toString());
        // What is certain to be on disk is not what these tests are about.
        all.put("--durability", "never");
        for (int i = 0; i < flags.length; i += 2) {
            all.put(flags[i], flags[i + 1]);
        }
        return ServerConfig.of(all);
    }
}
