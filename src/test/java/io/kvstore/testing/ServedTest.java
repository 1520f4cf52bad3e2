package io.kvstore.testing;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Each test has a server of its own over an empty store, and a connection to it. For classes that are {@link EveryMode}. */
public abstract class ServedTest {

    @Parameter
    public StorageMode mode;

    @TempDir
    public Path folder;

    /** The server's clock: goes on by itself until a test sets it. */
    protected final SettableClock clock = new SettableClock();

    private Server server;
    private RawHttp http;

    /** Names and values of flags in turn. */
    protected String[] flags() {
        return new String[0];
    }

    @BeforeEach
    final void start() {
        server = TestServer.start(mode, folder, clock, flags());
        http = RawHttp.connect(server.port());
    }

    @AfterEach
    final void stop() {
        http.close();
        server.close();
    }

    /** The mode the test runs in. */
    protected final StorageMode mode() {
        return mode;
    }

    /** Whether the mode outlives the process. */
    protected final boolean persistent() {
        return mode != StorageMode.MEMORY;
    }

    /** Stops the server and starts it again over the same folder. */
    protected final void restart() {
        stop();
        start();
    }

    /** The test's connection. */
    protected final RawHttp http() {
        return http;
    }

    /** Another connection, for the test to close. */
    protected final RawHttp connect() {
        return RawHttp.connect(server.port());
    }

    protected final Server server() {
        return server;
    }
}
