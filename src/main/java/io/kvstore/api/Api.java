package io.kvstore.api;

import com.sun.net.httpserver.HttpExchange;
import io.kvstore.access.Authority;
import io.kvstore.access.Permissions;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.metrics.Metrics;
import io.kvstore.metrics.RouteMetrics;
import io.kvstore.storage.StoreException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The router: finds what is at a path, and sees to it that every request gets one answer.
 *
 * <p>Until {@link #serve} is called, and after {@link #refuse}, everything but {@code /livez} is answered 503.
 */
public final class Api {

    private static final System.Logger LOG = System.getLogger(Api.class.getName());
    private static final long MILLI_NANOS = 1_000_000;
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final String KEY = "/keys/{key}";
    private static final String LIVEZ = "/livez";

    /** What answers while the store is open. */
    private record Service(Keyspace keyspace, Route key, Map<String, Route> others) {}

    private final Limits limits;
    private final BodyMemory bodies;
    private final HostNames hosts;
    private final Origins origins;
    private final @Nullable Authority authority;
    private final Metrics metrics;
    private final @Nullable RequestLog log;
    private final Duration heartbeat;
    private final Route livez;

    /** Of requests that go nowhere. */
    private final RouteMetrics nowhere;

    private volatile @Nullable Service service;
    private volatile String refusal = "the server is starting";

    /**
     * @param authority knows who may do what; null lets everybody do everything
     * @param metrics counts the requests
     * @param log is told of each, or null
     */
    public Api(
            Limits limits,
            BodyMemory bodies,
            HostNames hosts,
            Origins origins,
            @Nullable Authority authority,
            Metrics metrics,
            @Nullable RequestLog log) {
        this(limits, bodies, hosts, origins, authority, metrics, log, HEARTBEAT);
    }

    /** @param heartbeat after how long without a change a watcher gets a sign of life */
    Api(
            Limits limits,
            BodyMemory bodies,
            HostNames hosts,
            Origins origins,
            @Nullable Authority authority,
            Metrics metrics,
            @Nullable RequestLog log,
            Duration heartbeat) {
        this.limits = limits;
        this.bodies = bodies;
        this.hosts = hosts;
        this.origins = origins;
        this.authority = authority;
        this.metrics = metrics;
        this.log = log;
        this.heartbeat = heartbeat;
        this.livez = new Route(new TextResource("ok"), metrics.route(LIVEZ));
        this.nowhere = metrics.route("none");
    }

    /** Answers from this store from now on. */
    public void serve(Keyspace keyspace) {
        Map<String, Resource> endpoints = new LinkedHashMap<>();
        endpoints.put("/keys", new KeysResource(keyspace, new SecureRandom().nextLong()));
        endpoints.put(KEY, new KeyResource(keyspace, limits));
        endpoints.put("/batch", new BatchResource(keyspace, limits));
        endpoints.put("/export", new ExportResource(keyspace));
        endpoints.put("/import", new ImportResource(keyspace, limits));
        endpoints.put("/watch", new WatchResource(keyspace, limits, heartbeat));
        endpoints.put("/snapshot", new SnapshotResource(keyspace));
        endpoints.put("/stats", new StatsResource(keyspace, System::nanoTime));
        endpoints.put("/metrics", new MetricsResource(metrics));
        endpoints.put("/admin/checkpoint", new CheckpointResource(keyspace, limits));
        endpoints.put("/admin/compact", new CompactResource(keyspace, limits));
        endpoints.put(LIVEZ, livez.resource());
        endpoints.put("/readyz", new TextResource("ok"));
        endpoints.put("/openapi.json", new OpenApiResource());
        endpoints.put("/", new EndpointsResource(endpoints, Console.page()));
        Map<String, Route> routes = new HashMap<>();
        endpoints.forEach((path, resource) -> routes.put(path, new Route(resource, metrics.route(path))));
        RouteMetrics files = metrics.route(Console.FOLDER + "{file}");
        Console.files().forEach((path, file) -> routes.put(path, new Route(file, files)));
        routes.put(LIVEZ, livez);
        Route key = routes.remove(KEY); // which is no path of its own
        metrics.store(keyspace);
        service = new Service(keyspace, Objects.requireNonNull(key), routes);
    }

    /**
     * Asks the store nothing from now on, and ends what would go on by itself.
     *
     * @param reason what clients are told, as in "the server is stopping"
     */
    public void refuse(String reason) {
        refusal = reason;
        Service served = service;
        service = null;
        if (served != null) {
            served.keyspace().endSubscriptions();
        }
    }

    /**
     * Answers a request.
     *
     * @throws IOException when it could not be answered, or not to the end: the connection must be closed
     */
    public void handle(HttpExchange exchange, IoWatch watch) throws IOException {
        answer(exchange, watch, service, refusal);
    }

    /**
     * Answers a request with 503, as {@link #refuse} would have it, but this one alone.
     *
     * @param reason what the client is told
     * @throws IOException as {@link #handle}
     */
    public void turnAway(HttpExchange exchange, IoWatch watch, String reason) throws IOException {
        answer(exchange, watch, null, reason);
    }

    private void answer(HttpExchange exchange, IoWatch watch, @Nullable Service serving, String otherwise)
            throws IOException {
        long began = System.nanoTime();
        BodyMemory.Share memory = bodies.share();
        Response response = new Response(exchange, watch);
        String id = RequestId.of(exchange.getRequestHeaders().getFirst(Header.REQUEST_ID));
        response.header(Header.REQUEST_ID, id);
        Request request = null;
        boolean complete = false;
        try {
            Framing.check(exchange, response); // first: whatever else is wrong, its connection must not go on
            HeadBounds.check(exchange);
            request = new Request(exchange, watch, memory);
            hosts.check(request);
            origins.check(request, response);
            if (!origins.answerPreflight(request, response)) {
                route(request, serving, otherwise, response);
            }
            complete = true;
        } catch (IOException e) {
            throw e;
        } catch (Problem problem) {
            Throwable cause = problem.failure();
            if (cause != null) {
                log(cause, exchange);
            }
            Problems.send(problem, response);
            complete = true;
        } catch (Throwable failure) {
            log(failure, exchange);
            if (response.begun()) {
                throw new IOException("an answer had to be cut off", failure);
            }
            Problems.send(Problems.of(failure), response);
            complete = true;
        } finally {
            memory.giveBack();
            tell(exchange, request, response, id, System.nanoTime() - began, complete);
        }
    }

    /** Has a request counted and logged that is over. */
    private void tell(
            HttpExchange exchange,
            @Nullable Request request,
            Response response,
            String id,
            long nanos,
            boolean complete) {
        Route route = request == null ? null : request.route();
        String method = exchange.getRequestMethod();
        long requestBytes = request == null ? 0 : request.bodyBytes();
        (route == null ? nowhere : route.metrics())
                .answered(method, response.status(), nanos, requestBytes, response.bodyBytes());
        if (log == null) {
            return;
        }
        log.answered(new RequestLog.Entry(
                System.currentTimeMillis() - nanos / MILLI_NANOS,
                exchange.getRemoteAddress().getAddress(),
                request == null ? null : request.user(),
                method,
                request == null
                        ? Target.shownPath(exchange.getRequestURI().toString())
                        : request.target().path(),
                request == null ? null : request.target().query(),
                route == null ? List.of() : route.resource().parameters(method),
                exchange.getProtocol(),
                response.status(),
                requestBytes,
                response.bodyBytes(),
                nanos,
                exchange.getRequestHeaders().getFirst(Header.USER_AGENT),
                id,
                complete));
    }

    private void route(Request request, @Nullable Service serving, String otherwise, Response response)
            throws IOException {
        Route route = route(serving, request);
        if (route == null && serving == null) {
            throw Problem.unavailable(otherwise);
        }
        if (route != null) {
            request.to(route);
        }
        admit(request, route == null ? Demand.TOKEN : route.resource().demand());
        if (route == null) {
            throw new Problem(
                    404,
                    "there is nothing at "
                            + Text.quoted(request.target().path())
                            + "; keys are below /keys/, and GET / lists what else there is");
        }
        Resource resource = route.resource();
        String method = request.method();
        if (!resource.methods().contains(method)) {
            throw Problem.methodNotAllowed(method, String.join(", ", resource.methods()));
        }
        Query query = Query.parse(request.target().query(), resource.parameters(method));
        if (method.equals("OPTIONS")) {
            response.header(Header.ALLOW, String.join(", ", resource.methods()));
            response.empty(204);
        } else {
            resource.answer(request, query, response);
        }
    }

    /** Lets a request in if it brings along what is demanded. */
    private void admit(Request request, Demand demand) {
        if (demand == Demand.NOTHING) {
            return;
        }
        Rights rights = rights(request);
        request.admit(rights);
        rights.require(demand);
    }

    private Rights rights(Request request) {
        Authority asked = authority;
        if (asked == null) {
            return Rights.ALL;
        }
        String token = Credentials.token(request);
        Permissions permissions = token == null ? null : asked.permissions(token);
        if (token == null || permissions == null) {
            throw Credentials.wanted(request, token);
        }
        return new Rights(Authority.name(token), permissions, () -> asked.permissions(token));
    }

    private @Nullable Route route(@Nullable Service serving, Request request) {
        Target target = request.target();
        if (serving == null) {
            return target.path().equals(LIVEZ) ? livez : null;
        }
        if (target.isKey()) {
            return serving.key();
        }
        Route found = serving.others().get(target.path());
        return found == null ? null : found.variant(request);
    }

    private static void log(Throwable failure, HttpExchange exchange) {
        if (failure instanceof StoreException.ReadOnly || failure instanceof StoreException.Closed) {
            return; // told once, when it came about
        }
        if (failure instanceof StoreException.CompactionRunning || failure instanceof StoreException.MemoryFull) {
            return; // the client knows all there is to know
        }
        String request = exchange.getRequestMethod() + " "
                + Text.quoted(Target.shownPath(exchange.getRequestURI().toString()));
        if (failure instanceof StoreException) {
            LOG.log(System.Logger.Level.ERROR, request + ": " + failure.getMessage());
        } else {
            LOG.log(System.Logger.Level.ERROR, request + " failed", failure);
        }
    }
}
