package io.kvstore.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import io.kvstore.access.AccessException;
import io.kvstore.access.Authority;
import io.kvstore.accesslog.AccessLog;
import io.kvstore.accesslog.LineFormat;
import io.kvstore.api.Api;
import io.kvstore.api.Limits;
import io.kvstore.concurrent.Uninterruptibly;
import io.kvstore.config.AccessLogFormat;
import io.kvstore.config.ServerConfig;
import io.kvstore.http.BodyBudget;
import io.kvstore.http.CorsPolicy;
import io.kvstore.http.HostCheck;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.metrics.Metrics;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A running server.
 *
 * <p>{@link #listen} takes the port and answers, but only that it is not ready; {@link #open} opens the store, after which
 * it is; {@link #close} stops it: no new requests, those in flight are answered, the store is closed.
 *
 * <p>Safe for use by any number of threads.
 */
public final class Server implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Server.class.getName());
    private static final int BACKLOG = 1_024;
    private static final long LOOK_MILLIS_MAX = 1_000;
    private static final Duration TLS_LOOK = Duration.ofSeconds(1);
    private static final Duration CUT_OFF_GRACE = Duration.ofSeconds(1);

    private final ServerConfig config;
    private final ServerBounds bounds;
    private final Supplier<Keyspace> opener;
    private final @Nullable AccessLog accessLog;
    private final BodyBudget bodies;
    private final Api api;
    private final @Nullable TlsReloader tls;
    private final HttpServer http;
    private final RequestThreads threads;
    private final Watchdog watchdog;
    private final RequestsInFlight inFlight = new RequestsInFlight();
    private final ReentrantLock opening = new ReentrantLock();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Keyspace keyspace;
    private @Nullable ExpirySweep sweep;
    private volatile boolean closing;

    private Server(
            ServerConfig config,
            ServerBounds bounds,
            Supplier<Keyspace> opener,
            InstantSource clock,
            OutputStream accessLogOut) {
        this.config = config;
        this.bounds = bounds;
        this.opener = opener;
        Authority authority = authority(config.authFile(), clock);
        HttpServerSettings.apply();
        this.tls = config.tls() == null ? null : TlsReloader.of(config.tls(), InstantSource.system());
        this.http = bind(config.host(), config.port(), tls);
        AccessLog log = accessLog(config.accessLog(), accessLogOut);
        this.accessLog = log;
        this.watchdog = new Watchdog(config.ioTimeout(), System::nanoTime);
        this.threads = RequestThreads.start();
        this.bodies = new BodyBudget(bounds.bodyBytes());
        this.api = new Api(
                new Limits(config.maxKeyBytes(), config.maxValueBytes(), config.maxBatchOps(), config.maxBatchBytes()),
                new HostCheck(names(config)),
                new CorsPolicy(config.corsOrigins()),
                authority,
                new Metrics(inFlight::count, log == null ? () -> 0 : log::dropped),
                log,
                threads.completion(watchdog));
        Thread looking = new Thread(this::keepLooking, "watchdog");
        looking.setDaemon(true);
        looking.start();
        // One context: the server's own matching takes /keysfoo for /keys.
        http.createContext("/", this::handle);
        http.setExecutor(watchdog.watching(threads.threads()));
        http.start();
        if (tls != null) {
            tls.keepLooking(TLS_LOOK);
        }
    }

    /**
     * Listens, and answers that it is not ready yet.
     *
     * @throws StartException when the address cannot be listened on, TLS cannot be spoken with the files there are, or the
     *     file of tokens is not taken
     */
    public static Server listen(ServerConfig config) {
        return listen(config, () -> openStore(config, InstantSource.system()));
    }

    private static @Nullable AccessLog accessLog(AccessLogFormat format, OutputStream out) {
        return switch (format) {
            case OFF -> null;
            case TEXT -> AccessLog.start(LineFormat.TEXT, out, System::nanoTime);
            case JSON -> AccessLog.start(LineFormat.JSON, out, System::nanoTime);
        };
    }

    private static @Nullable Authority authority(@Nullable Path file, InstantSource clock) {
        try {
            return file == null ? null : Authority.of(file, clock);
        } catch (AccessException e) {
            throw new StartException("--auth_file: " + e.getMessage(), e);
        }
    }

    public static Keyspace openStore(ServerConfig config, InstantSource clock) {
        return new Keyspace(
                Stores.open(StoreOptions.of(Keyspace.FORMAT)
                        .mode(config.mode(), config.storePath())
                        .restore(config.restore())
                        .cacheCapacity(config.cacheCapacity())
                        .durability(config.durability())
                        .history(config.historyChanges(), config.historyBytes())),
                clock);
    }

    public static Server listen(ServerConfig config, Supplier<Keyspace> opener) {
        return listen(config, opener, InstantSource.system());
    }

    /** @param clock tells when tokens expire, and when their file is looked at again */
    public static Server listen(ServerConfig config, Supplier<Keyspace> opener, InstantSource clock) {
        return listen(config, ServerBounds.of(Runtime.getRuntime().maxMemory()), opener, clock);
    }

    static Server listen(ServerConfig config, ServerBounds bounds, Supplier<Keyspace> opener, InstantSource clock) {
        return listen(config, bounds, opener, clock, new FileOutputStream(FileDescriptor.out));
    }

    /** @param accessLogOut takes the lines of the access log */
    static Server listen(
            ServerConfig config,
            ServerBounds bounds,
            Supplier<Keyspace> opener,
            InstantSource clock,
            OutputStream accessLogOut) {
        return new Server(config, bounds, opener, clock, accessLogOut);
    }

    /**
     * Listens and opens the store: the server is ready when this returns, and has released everything when it throws.
     *
     * @throws StartException as {@link #listen}
     * @throws io.kvstore.store.StoreException when the store cannot be opened
     */
    public static Server start(ServerConfig config) {
        Server server = listen(config);
        try {
            server.open();
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** What it goes by besides its address: the name that it listens on, and those that were allowed. */
    private static List<String> names(ServerConfig config) {
        List<String> names = new ArrayList<>(config.allowedHosts());
        names.add(config.host());
        return names;
    }

    private static HttpServer bind(String host, int port, @Nullable TlsReloader tls) {
        String address = host + ":" + port;
        try {
            InetSocketAddress on = new InetSocketAddress(InetAddress.getByName(host), port);
            if (tls == null) {
                return HttpServer.create(on, BACKLOG);
            }
            HttpsServer https = HttpsServer.create(on, BACKLOG);
            https.setHttpsConfigurator(tls.configurator());
            return https;
        } catch (UnknownHostException e) {
            throw new StartException("cannot listen on " + address + ": --host is no address that is known here", e);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
            throw new StartException("cannot listen on " + address + ": " + reason, e);
        }
    }

    /**
     * Opens the store, which may take a while, and is ready. Does nothing when the server was closed meanwhile.
     *
     * @throws io.kvstore.store.StoreException when it cannot be opened
     */
    public void open() {
        opening.lock();
        try {
            if (closing) {
                return;
            }
            api.refuse(
                    config.restore() == null
                            ? "the server is opening its store"
                            : "the server is restoring its store from a snapshot");
            keyspace = opener.get();
            if (!closing) {
                sweep = ExpirySweep.start(keyspace);
                api.serve(keyspace);
            }
        } finally {
            opening.unlock();
        }
    }

    /** The port it listens on. */
    public int port() {
        return http.getAddress().getPort();
    }

    /** Whether it can be reached from this machine alone. */
    public boolean isLoopback() {
        return http.getAddress().getAddress().isLoopbackAddress();
    }

    /** Where clients find it, as in {@code http://127.0.0.1:8080}. */
    public String address() {
        String host = config.host();
        return (tls == null ? "http://" : "https://") + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":"
                + port();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Watchdog.Watch watch = watchdog.current();
        watch.end();
        Request request = new Request(exchange, watch, bodies);
        Response response = new Response(exchange, watch);
        if (inFlight.enter() <= bounds.requests()) {
            api.handle(request, response, inFlight::leave);
        } else {
            String reason = "the server has " + bounds.requests() + " requests in flight, and takes no more";
            api.turnAway(request, response, reason, inFlight::leave);
        }
    }

    /** How many requests are in flight. */
    int requestsInFlight() {
        return inFlight.count();
    }

    /** Waits until no request is in flight, for so long at most; says whether it is so. */
    boolean awaitIdle(Duration limit) {
        return inFlight.awaitNone(limit);
    }

    private void keepLooking() {
        long millis = Math.min(LOOK_MILLIS_MAX, Math.max(1, config.ioTimeout().toMillis() / 4));
        try {
            while (!stopped.await(millis, TimeUnit.MILLISECONDS)) {
                watchdog.look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the server is closed. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /**
     * Stops the server: answers 503 from now on, waits for requests in flight for as long as the configuration says, cuts
     * off the rest, and closes the store. Further calls wait for the first.
     */
    @Override
    public void close() {
        boolean first;
        synchronized (this) {
            first = !closing;
            closing = true;
        }
        if (first) {
            try {
                stop();
            } finally {
                stopped.countDown();
            }
        } else {
            Uninterruptibly.await(stopped);
        }
    }

    private void stop() {
        api.refuse("the server is stopping");
        Keyspace compacted = keyspace;
        if (compacted != null) {
            compacted.refuseCompaction(); // or the request that asked for it would be waited for
        }
        if (!inFlight.awaitNone(config.shutdownTimeout())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "requests still in flight after {0} are cut off",
                    config.shutdownTimeout());
            // First, because closing a connection waits for whoever is writing to it.
            watchdog.cutOffAll();
            inFlight.awaitNone(CUT_OFF_GRACE);
        }
        http.stop(0);
        threads.close();
        if (tls != null) {
            tls.close();
        }
        try {
            closeStore();
        } finally {
            if (accessLog != null) {
                accessLog.close();
            }
        }
    }

    private void closeStore() {
        boolean opened = false;
        try {
            opened = opening.tryLock(config.shutdownTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!opened) {
            LOG.log(System.Logger.Level.WARNING, "the store was still being opened, and is left as after a crash");
            return;
        }
        try {
            if (sweep != null) {
                sweep.close();
            }
            if (keyspace != null) {
                keyspace.close();
            }
        } finally {
            opening.unlock();
        }
    }
}
