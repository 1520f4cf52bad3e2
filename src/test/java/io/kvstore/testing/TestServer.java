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

/** Starts servers for tests, on free ports. */
public final class TestServer {

    private TestServer() {}

    /**
     * Sets the system properties that the process reads once, before its first HTTP server. A test that creates an HTTP server
     * itself calls this, so that the settings do not depend on the order of tests.
     */
    public static void applySettings() {
        HttpServerSettings.apply();
    }

    /** Starts a server in a mode; {@code flags} are names and values in turn. */
    public static Server start(StorageMode mode, Path folder, String... flags) {
        return Server.builder(config(mode, folder, flags)).start();
    }

    /** As {@link #start(StorageMode, Path, String...)}, with a clock. */
    public static Server start(StorageMode mode, Path folder, InstantSource clock, String... flags) {
        return Server.builder(config(mode, folder, flags)).clock(clock).start();
    }

    /** Starts a server over the store that {@code opener} opens. */
    public static Server over(Supplier<Keyspace> opener, String... flags) {
        return Server.builder(config(StorageMode.MEMORY, Path.of("unused"), flags))
                .keyspace(opener)
                .start();
    }

    /** Returns a configuration with a free port and without fsync, changed by {@code flags}, names and values in turn. */
    public static ServerConfig config(StorageMode mode, Path folder, String... flags) {
        Map<String, String> all = new HashMap<>();
        all.put("--port", "0");
        all.put("--mode", mode.label());
        all.put("--store_path", folder.toString());
        // Tests of the server do not depend on fsync, and are faster without it.
        all.put("--durability", "never");
        for (int i = 0; i < flags.length; i += 2) {
            all.put(flags[i], flags[i + 1]);
        }
        return ServerConfig.of(all);
    }
}
