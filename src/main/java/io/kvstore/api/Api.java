package io.kvstore.api;

import com.sun.net.httpserver.HttpExchange;
import io.kvstore.access.Authority;
import io.kvstore.access.Permissions;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.metrics.Metrics;
import io.kvstore.metrics.RouteMetrics;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The router: finds what is at a path, and sees to it that every request gets one answer.
 *
 * <p>Until {@link #serve} is called, and after {@link #refuse}, everything but {@code /livez} is answered 503.
 */
public final class Api {

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final String KEY = "/keys/{key}";
    private static final String LIVEZ = "/livez";

    /** What answers while the store is open. */
    private record Service(Keyspace keyspace, Route key, Map<String, Route> others) {}

    private final Limits limits;
    private final BodyBudget bodies;
    private final HostCheck hosts;
    private final CorsPolicy origins;
    private final @Nullable Authority authority;
    private final Metrics metrics;
    private final @Nullable RequestLog log;
    private final Deferral deferral;
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
     * @param deferral where those go on that wait for a commit
     */
    public Api(
            Limits limits,
            BodyBudget bodies,
            HostCheck hosts,
            CorsPolicy origins,
            @Nullable Authority authority,
            Metrics metrics,
            @Nullable RequestLog log,
            Deferral deferral) {
        this(limits, bodies, hosts, origins, authority, metrics, log, deferral, HEARTBEAT);
    }

    /** @param heartbeat after how long without a change a watcher gets a sign of life */
    Api(
            Limits limits,
            BodyBudget bodies,
            HostCheck hosts,
            CorsPolicy origins,
            @Nullable Authority authority,
            Metrics metrics,
            @Nullable RequestLog log,
            Deferral deferral,
            Duration heartbeat) {
        this.limits = limits;
        this.bodies = bodies;
        this.hosts = hosts;
        this.origins = origins;
        this.authority = authority;
        this.metrics = metrics;
        this.log = log;
        this.deferral = deferral;
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
     * Answers a request, or begins to: another thread may go on with it after this has returned.
     *
     * @param over is run when the request is over, once, however it ends
     * @throws IOException when it could not be answered, or not to the end: the connection must be closed
     */
    public void handle(HttpExchange exchange, IoWatch watch, Runnable over) throws IOException {
        answer(exchange, watch, service, refusal, over);
    }

    /**
     * Answers a request with 503, as {@link #refuse} would have it, but this one alone.
     *
     * @param reason what the client is told
     * @param over as with {@link #handle}
     * @throws IOException as {@link #handle}
     */
    public void turnAway(HttpExchange exchange, IoWatch watch, String reason, Runnable over) throws IOException {
        answer(exchange, watch, null, reason, over);
    }

    private void answer(
            HttpExchange exchange, IoWatch watch, @Nullable Service serving, String otherwise, Runnable over)
            throws IOException {
        BodyBudget.Share memory = bodies.share();
        RequestLifecycle answering =
                new RequestLifecycle(exchange, watch, memory, deferral, new RequestLifecycle.End(nowhere, log, over));
        Response response = answering.response();
        answering.begin(() -> {
            FramingCheck.check(exchange, response); // first: whatever else is wrong, its connection must not go on
            HeaderLimits.check(exchange);
            Request request = answering.of(new Request(exchange, watch, memory));
            hosts.check(request);
            origins.check(request, response);
            if (!origins.answerPreflight(request, response)) {
                route(request, serving, otherwise, response);
            }
        });
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
        admit(request, route == null ? RequiredAccess.TOKEN : route.resource().demand());
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
    private void admit(Request request, RequiredAccess demand) {
        if (demand == RequiredAccess.NOTHING) {
            return;
        }
        Authorization rights = rights(request);
        request.admit(rights);
        rights.require(demand);
    }

    private Authorization rights(Request request) {
        Authority asked = authority;
        if (asked == null) {
            return Authorization.ALL;
        }
        String token = Credentials.token(request);
        Permissions permissions = token == null ? null : asked.permissions(token);
        if (token == null || permissions == null) {
            throw Credentials.wanted(request, token);
        }
        return new Authorization(Authority.name(token), permissions, () -> asked.permissions(token));
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
}
