package io.kvstore.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import io.kvstore.access.AccessException;
import io.kvstore.access.TokenAuthenticator;
import io.kvstore.accesslog.AccessLog;
import io.kvstore.accesslog.LogFormat;
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
 * A running server, started by {@link #builder}.
 *
 * <p>It listens from the start and answers 503. {@link #open} opens the store and makes the server ready. {@link #close}
 * rejects new requests, waits for those in flight and closes the store.
 *
 * <p>Safe for use by any number of threads.
 */
public final class Server implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Server.class.getName());

    /** Maximum number of connections that wait to be accepted. */
    private static final int BACKLOG = 1_024;

    private static final Duration STALL_CHECK_INTERVAL_MAX = Duration.ofSeconds(1);
    private static final Duration TLS_CHECK_INTERVAL = Duration.ofSeconds(1);

    /** How long shutdown waits for requests to end after it has interrupted them. */
    private static final Duration ABORT_GRACE = Duration.ofSeconds(1);

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
    private final PeriodicTask stallCheck;
    private final RequestsInFlight inFlight = new RequestsInFlight();
    private final ReentrantLock opening = new ReentrantLock();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Keyspace keyspace;
    private @Nullable ExpirySweep sweep;
    private volatile boolean closing;

    Server(ServerBuilder builder) {
        this.config = builder.config();
        this.bounds = builder.bounds();
        this.opener = builder.opener();
        TokenAuthenticator authenticator = authenticator(config.authFile(), builder.clock());
        HttpServerSettings.apply();
        // Certificates must be valid now, whatever clock keys and tokens use.
        this.tls = config.tls() == null ? null : TlsReloader.of(config.tls(), InstantSource.system());
        this.http = bind(config.host(), config.port(), tls);
        AccessLog log = accessLog(config.accessLog(), builder.accessLogOutput());
        this.accessLog = log;
        this.watchdog = new Watchdog(config.ioTimeout(), System::nanoTime);
        this.threads = RequestThreads.start();
        this.bodies = new BodyBudget(bounds.bodyBytes());
        this.api = new Api(
                new Limits(config.maxKeyBytes(), config.maxValueBytes(), config.maxBatchOps(), config.maxBatchBytes()),
                new HostCheck(hostNames(config)),
                new CorsPolicy(config.corsOrigins()),
                authenticator,
                new Metrics(inFlight::count, log == null ? () -> 0 : log::dropped),
                log,
                threads.completion(watchdog));
        this.stallCheck = watchdog.start(stallCheckInterval(config.ioTimeout()));
        // A single context, because the server's own matching would send /keysfoo to /keys.
        http.createContext("/", this::handle);
        http.setExecutor(watchdog.requestExecutor(threads.pool()));
        http.start();
        if (tls != null) {
            tls.start(TLS_CHECK_INTERVAL);
        }
    }

    /** Returns a builder for a server with this configuration. */
    public static ServerBuilder builder(ServerConfig config) {
        return new ServerBuilder(config);
    }

    private static @Nullable AccessLog accessLog(AccessLogFormat format, OutputStream out) {
        return switch (format) {
            case OFF -> null;
            case TEXT -> AccessLog.start(LogFormat.TEXT, out, System::nanoTime);
            case JSON -> AccessLog.start(LogFormat.JSON, out, System::nanoTime);
        };
    }

    private static @Nullable TokenAuthenticator authenticator(@Nullable Path file, InstantSource clock) {
        try {
            return file == null ? null : TokenAuthenticator.of(file, clock);
        } catch (AccessException e) {
            throw new StartException("--auth_file: " + e.getMessage(), e);
        }
    }

    /** Returns a fraction of the timeout, so that a stalled request is aborted soon after its timeout. */
    private static Duration stallCheckInterval(Duration ioTimeout) {
        Duration interval = ioTimeout.dividedBy(4);
        return interval.compareTo(STALL_CHECK_INTERVAL_MAX) < 0 ? interval : STALL_CHECK_INTERVAL_MAX;
    }

    /** Returns the host names that requests may use: the name it listens on, and those that the configuration allows. */
    private static List<String> hostNames(ServerConfig config) {
        List<String> names = new ArrayList<>(config.allowedHosts());
        names.add(config.host());
        return names;
    }

    private static HttpServer bind(String host, int port, @Nullable TlsReloader tls) {
        String address = host + ":" + port;
        try {
            InetSocketAddress socketAddress = new InetSocketAddress(InetAddress.getByName(host), port);
            if (tls == null) {
                return HttpServer.create(socketAddress, BACKLOG);
            }
            HttpsServer https = HttpsServer.create(socketAddress, BACKLOG);
            https.setHttpsConfigurator(tls.configurator());
            return https;
        } catch (UnknownHostException e) {
            throw new StartException(
                    "cannot listen on " + address + ": --host is not an address, and no address was found for the name",
                    e);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
            throw new StartException("cannot listen on " + address + ": " + reason, e);
        }
    }

    /**
     * Opens the store, which may take a while, and makes the server ready. Does nothing if the server has been closed.
     *
     * @throws io.kvstore.store.StoreException if the store cannot be opened
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

    /** Returns the port that the server listens on. */
    public int port() {
        return http.getAddress().getPort();
    }

    /** Returns whether the server listens on a loopback address, which other machines cannot reach. */
    public boolean isLoopback() {
        return http.getAddress().getAddress().isLoopbackAddress();
    }

    /** Returns the base URL for clients, for example {@code http://127.0.0.1:8080}. */
    public String address() {
        String host = config.host();
        return (tls == null ? "http://" : "https://") + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":"
                + port();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Watchdog.Watch watch = watchdog.current();
        watch.end();
        Request request = new Request(exchange, watch, bodies);
        Response response = new Response(exchange, request, watch);
        if (inFlight.enter() <= bounds.requests()) {
            api.handle(request, response, inFlight::leave);
        } else {
            String reason = "the server is at its limit of " + bounds.requests() + " requests in flight";
            api.turnAway(request, response, reason, inFlight::leave);
        }
    }

    /** Returns the number of requests in flight. */
    int requestsInFlight() {
        return inFlight.count();
    }

    /** Waits until no request is in flight, at most for the given time; returns false if it ran out. */
    boolean awaitIdle(Duration timeout) {
        return inFlight.awaitNone(timeout);
    }

    /** Waits until the server is closed. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /**
     * Stops the server. Answers 503 from now on, waits for requests in flight up to the configured timeout, aborts the rest,
     * and closes the store. Further calls wait until the first has finished.
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
                stallCheck.stop();
                stopped.countDown();
            }
        } else {
            Uninterruptibly.await(stopped);
        }
    }

    private void stop() {
        api.refuse("the server is stopping");
        Keyspace opened = keyspace;
        if (opened != null) {
            opened.refuseCompaction(); // otherwise shutdown would wait for a running compaction
        }
        if (!inFlight.awaitNone(config.shutdownTimeout())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "aborting requests that are still in flight after {0}",
                    config.shutdownTimeout());
            // Abort before http.stop, which would wait for the threads that write to the connections.
            watchdog.abortAll();
            inFlight.awaitNone(ABORT_GRACE);
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
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the store was still opening and was not closed; the next start recovers it as after a crash");
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
