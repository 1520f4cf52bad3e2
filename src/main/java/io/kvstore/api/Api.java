package io.kvstore.api;

import com.sun.net.httpserver.HttpExchange;
import io.kvstore.access.Authority;
import io.kvstore.access.Permissions;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.storage.StoreException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The router: finds what is at a path, and sees to it that every request gets one answer.
 *
 * <p>Until {@link #serve} is called, and after {@link #refuse}, everything but {@code /livez} is answered 503.
 */
public final class Api {

    private static final System.Logger LOG = System.getLogger(Api.class.getName());
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Resource LIVEZ = new TextResource("ok");

    /** What answers while the store is open. */
    private record Service(Keyspace keyspace, Resource key, Map<String, Resource> others) {}

    private final Limits limits;
    private final BodyMemory bodies;
    private final HostNames hosts;
    private final Origins origins;
    private final @Nullable Authority authority;
    private final Duration heartbeat;
    private volatile @Nullable Service service;
    private volatile String refusal = "the server is starting";

    /** @param authority knows who may do what; null lets everybody do everything */
    public Api(Limits limits, BodyMemory bodies, HostNames hosts, Origins origins, @Nullable Authority authority) {
        this(limits, bodies, hosts, origins, authority, HEARTBEAT);
    }

    /** @param heartbeat after how long without a change a watcher gets a sign of life */
    Api(
            Limits limits,
            BodyMemory bodies,
            HostNames hosts,
            Origins origins,
            @Nullable Authority authority,
            Duration heartbeat) {
        this.limits = limits;
        this.bodies = bodies;
        this.hosts = hosts;
        this.origins = origins;
        this.authority = authority;
        this.heartbeat = heartbeat;
    }

    /** Answers from this store from now on. */
    public void serve(Keyspace keyspace) {
        Resource key = new KeyResource(keyspace, limits);
        Map<String, Resource> endpoints = new LinkedHashMap<>();
        endpoints.put("/keys", new KeysResource(keyspace, new SecureRandom().nextLong()));
        endpoints.put("/keys/{key}", key);
        endpoints.put("/batch", new BatchResource(keyspace, limits));
        endpoints.put("/export", new ExportResource(keyspace));
        endpoints.put("/import", new ImportResource(keyspace, limits));
        endpoints.put("/watch", new WatchResource(keyspace, limits, heartbeat));
        endpoints.put("/snapshot", new SnapshotResource(keyspace));
        endpoints.put("/stats", new StatsResource(keyspace, System::nanoTime));
        endpoints.put("/admin/checkpoint", new CheckpointResource(keyspace, limits));
        endpoints.put("/admin/compact", new CompactResource(keyspace, limits));
        endpoints.put("/livez", LIVEZ);
        endpoints.put("/readyz", new TextResource("ok"));
        Map<String, Resource> others = new LinkedHashMap<>(endpoints);
        others.remove("/keys/{key}");
        others.put("/", new EndpointsResource(endpoints, Console.page()));
        others.putAll(Console.files());
        service = new Service(keyspace, key, others);
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
        BodyMemory.Share memory = bodies.share();
        Response response = new Response(exchange, watch);
        response.header(
                Header.REQUEST_ID, RequestId.of(exchange.getRequestHeaders().getFirst(Header.REQUEST_ID)));
        try {
            Framing.check(exchange, response); // first: whatever else is wrong, its connection must not go on
            HeadBounds.check(exchange);
            Request request = new Request(exchange, watch, memory);
            hosts.check(request);
            origins.check(request, response);
            if (!origins.answerPreflight(request, response)) {
                route(request, serving, otherwise, response);
            }
        } catch (IOException e) {
            throw e;
        } catch (Problem problem) {
            Throwable cause = problem.failure();
            if (cause != null) {
                log(cause, exchange);
            }
            Problems.send(problem, response);
        } catch (Throwable failure) {
            log(failure, exchange);
            if (response.begun()) {
                throw new IOException("an answer had to be cut off", failure);
            }
            Problems.send(Problems.of(failure), response);
        } finally {
            memory.giveBack();
        }
    }

    private void route(Request request, @Nullable Service serving, String otherwise, Response response)
            throws IOException {
        Resource resource = resource(serving, request);
        if (resource == null && serving == null) {
            throw Problem.unavailable(otherwise);
        }
        admit(request, resource == null ? Demand.TOKEN : resource.demand());
        if (resource == null) {
            throw new Problem(
                    404,
                    "there is nothing at "
                            + Text.quoted(request.target().path())
                            + "; keys are below /keys/, and GET / lists what else there is");
        }
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
        rights.require(demand);
        request.admit(rights);
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
        return new Rights(permissions, () -> asked.permissions(token));
    }

    private static @Nullable Resource resource(@Nullable Service serving, Request request) {
        Target target = request.target();
        if (serving == null) {
            return target.path().equals("/livez") ? LIVEZ : null;
        }
        if (target.isKey()) {
            return serving.key();
        }
        Resource found = serving.others().get(target.path());
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
                + Text.quoted(exchange.getRequestURI().toString());
        if (failure instanceof StoreException) {
            LOG.log(System.Logger.Level.ERROR, request + ": " + failure.getMessage());
        } else {
            LOG.log(System.Logger.Level.ERROR, request + " failed", failure);
        }
    }
}
