package io.kvstore.testing;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** A base class for tests with {@link EveryMode}: each test gets a server over an empty store and a connection to it. */
public abstract class ServedTest {

    @Parameter
    public StorageMode mode;

    @TempDir
    public Path folder;

    /** The server's clock: the system clock until a test sets it. */
    protected final SettableClock clock = new SettableClock();

    private Server server;
    private RawHttp http;

    /** Returns the flags of the server, names and values in turn. */
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

    /** Returns the mode under test. */
    protected final StorageMode mode() {
        return mode;
    }

    /** Returns whether the mode keeps data after the process has ended. */
    protected final boolean persistent() {
        return mode != StorageMode.MEMORY;
    }

    /** Restarts the server on the same folder. */
    protected final void restart() {
        stop();
        start();
    }

    /** Returns the connection of the test. */
    protected final RawHttp http() {
        return http;
    }

    /** Opens another connection, which the test must close. */
    protected final RawHttp connect() {
        return RawHttp.connect(server.port());
    }

    protected final Server server() {
        return server;
    }
}
