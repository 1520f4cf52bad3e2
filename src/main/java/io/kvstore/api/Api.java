package io.kvstore.api;

import io.kvstore.access.Permissions;
import io.kvstore.access.TokenAuthenticator;
import io.kvstore.console.Console;
import io.kvstore.http.CorsPolicy;
import io.kvstore.http.Credentials;
import io.kvstore.http.FramingCheck;
import io.kvstore.http.Header;
import io.kvstore.http.HeaderLimits;
import io.kvstore.http.HostCheck;
import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.http.Quoting;
import io.kvstore.http.Request;
import io.kvstore.http.RequestLog;
import io.kvstore.http.Response;
import io.kvstore.http.Target;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.metrics.Metrics;
import io.kvstore.metrics.RouteMetrics;
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
 * The router: checks a request, authenticates its client, and passes it to the resource at its path.
 *
 * <p>Answers 503 to everything except {@code /livez} until {@link #serve} is called, and after {@link #refuse}. Thread-safe.
 */
public final class Api {

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final String KEY = "/keys/{key}";
    private static final String LIVEZ = "/livez";

    private record Route(Resource resource, RouteMetrics metrics) {}

    /** The routes of an open store: one for all keys, the others by path. */
    private record Service(Keyspace keyspace, Route key, Map<String, Route> others) {}

    private final Limits limits;
    private final HostCheck hosts;
    private final CorsPolicy origins;
    private final @Nullable TokenAuthenticator authenticator;
    private final Metrics metrics;
    private final @Nullable RequestLog log;
    private final AsyncCompletion completion;
    private final Duration heartbeat;
    private final Route livez;

    /** Metrics of requests without a route. */
    private final RouteMetrics unrouted;

    private volatile @Nullable Service service;
    private volatile String refusal = "the server is starting";

    /**
     * Creates a router that is not ready yet.
     *
     * @param authenticator authenticates clients; if null, every client may do everything
     * @param metrics counts the requests
     * @param log records the requests, or null
     * @param completion decides which thread completes a request that waits for a commit
     */
    public Api(
            Limits limits,
            HostCheck hosts,
            CorsPolicy origins,
            @Nullable TokenAuthenticator authenticator,
            Metrics metrics,
            @Nullable RequestLog log,
            AsyncCompletion completion) {
        this(limits, hosts, origins, authenticator, metrics, log, completion, HEARTBEAT);
    }

    /** @param heartbeat the interval of heartbeats in a watch without changes */
    Api(
            Limits limits,
            HostCheck hosts,
            CorsPolicy origins,
            @Nullable TokenAuthenticator authenticator,
            Metrics metrics,
            @Nullable RequestLog log,
            AsyncCompletion completion,
            Duration heartbeat) {
        this.limits = limits;
        this.hosts = hosts;
        this.origins = origins;
        this.authenticator = authenticator;
        this.metrics = metrics;
        this.log = log;
        this.completion = completion;
        this.heartbeat = heartbeat;
        this.livez = new Route(StaticResource.text("ok"), metrics.route(LIVEZ));
        this.unrouted = metrics.route("none");
    }

    /** Serves a store from now on. */
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
        endpoints.put("/admin/checkpoint", AdminResource.checkpoint(keyspace, limits));
        endpoints.put("/admin/compact", AdminResource.compact(keyspace, limits));
        endpoints.put(LIVEZ, livez.resource());
        endpoints.put("/readyz", StaticResource.text("ok"));
        endpoints.put("/openapi.json", StaticResource.openApi());
        endpoints.put("/", new EndpointsResource(endpoints, StaticResource.console(Console.page())));
        Map<String, Route> routes = new HashMap<>();
        endpoints.forEach((path, resource) -> routes.put(path, new Route(resource, metrics.route(path))));
        RouteMetrics files = metrics.route(Console.FOLDER + "{file}");
        Console.files().forEach((path, file) -> routes.put(path, new Route(StaticResource.console(file), files)));
        routes.put(LIVEZ, livez);
        Route key = routes.remove(KEY); // a template, which is not itself the path of a resource
        metrics.store(keyspace);
        service = new Service(keyspace, Objects.requireNonNull(key), routes);
    }

    /**
     * Stops serving the store, and ends the watches, which would not end by themselves.
     *
     * @param reason the detail of the error responses, such as "the server is stopping"
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
     * Handles a request. If it waits for a commit, another thread may complete it after this method has returned.
     *
     * @param onEnd runs once, after the request has ended in whatever way
     * @throws IOException if no complete response could be sent; the caller must close the connection
     */
    public void handle(Request request, Response response, Runnable onEnd) throws IOException {
        handle(request, response, service, refusal, onEnd);
    }

    /**
     * Answers one request with 503, as all requests are answered after {@link #refuse}.
     *
     * @param reason the detail of the error response
     * @param onEnd as for {@link #handle}
     * @throws IOException as {@link #handle} does
     */
    public void turnAway(Request request, Response response, String reason, Runnable onEnd) throws IOException {
        handle(request, response, null, reason, onEnd);
    }

    private void handle(Request request, Response response, @Nullable Service current, String reason, Runnable onEnd)
            throws IOException {
        RequestLifecycle lifecycle = new RequestLifecycle(request, response, completion, unrouted, log, onEnd);
        lifecycle.run(() -> {
            // First: it may close the connection, whatever else is wrong with the request.
            FramingCheck.check(request, response);
            HeaderLimits.check(request);
            Target target = request.target();
            hosts.check(request);
            origins.check(request, response);
            if (!origins.answerPreflight(request, response)) {
                route(lifecycle, target, current, reason);
            }
        });
    }

    private void route(RequestLifecycle lifecycle, Target target, @Nullable Service current, String reason)
            throws IOException {
        Request request = lifecycle.request();
        Route route = find(target, current);
        if (route == null) {
            if (current == null) {
                throw Problem.unavailable(reason);
            }
            authorize(lifecycle, RequiredAccess.TOKEN);
            throw new Problem(
                    404,
                    "there is no resource at "
                            + Quoting.quote(target.path())
                            + ": keys are under /keys/, and GET / lists the other resources");
        }
        Resource resource = route.resource().variant(request);
        String method = request.method();
        List<String> parameters = resource.parameters(method);
        lifecycle.route(route.metrics(), parameters);
        authorize(lifecycle, resource.requiredAccess());
        if (!resource.methods().contains(method)) {
            throw Problem.methodNotAllowed(method, String.join(", ", resource.methods()));
        }
        lifecycle.query(Query.parse(target.query(), parameters));
        if (method.equals("OPTIONS")) {
            Response response = lifecycle.response();
            response.header(Header.ALLOW, String.join(", ", resource.methods()));
            response.empty(204);
        } else {
            resource.answer(lifecycle);
        }
    }

    private @Nullable Route find(Target target, @Nullable Service current) {
        if (current == null) {
            return target.path().equals(LIVEZ) ? livez : null;
        }
        return KeyPath.matches(target) ? current.key() : current.others().get(target.path());
    }

    private void authorize(RequestLifecycle lifecycle, RequiredAccess required) {
        if (required == RequiredAccess.NOTHING) {
            return;
        }
        Authorization authorization = authenticate(lifecycle.request());
        lifecycle.authorize(authorization);
        authorization.require(required);
    }

    private Authorization authenticate(Request request) {
        TokenAuthenticator tokens = authenticator;
        if (tokens == null) {
            return Authorization.ALL;
        }
        String token = Credentials.token(request);
        Permissions permissions = token == null ? null : tokens.permissions(token);
        if (token == null || permissions == null) {
            throw Credentials.challenge(request, token);
        }
        return new Authorization(TokenAuthenticator.name(token), permissions, () -> tokens.permissions(token));
    }
}
