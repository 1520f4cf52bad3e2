package io.kvstore.metrics;

import io.kvstore.keyspace.Keyspace;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a server: counters of requests, and values that are read from the server and the store at each scrape.
 * Safe for use by any number of threads.
 */
public final class Metrics {

    /** An exposition format. */
    public enum Format {
        PROMETHEUS,
        OPEN_METRICS;

        /** Returns the media type, with its parameters. */
        public String mediaType() {
            return Exposition.mediaType(this);
        }
    }

    private final ConcurrentMap<String, RouteMetrics> routes = new ConcurrentHashMap<>();
    private final IntSupplier requestsInFlight;
    private final LongSupplier accessLogDropped;
    private volatile @Nullable Keyspace store;
    private @Nullable Exposition exposition;

    /**
     * Creates the metrics of a server whose store is not open yet.
     *
     * @param requestsInFlight returns the number of requests in flight
     * @param accessLogDropped returns the number of access log lines that were dropped
     */
    public Metrics(IntSupplier requestsInFlight, LongSupplier accessLogDropped) {
        this.requestsInFlight = requestsInFlight;
        this.accessLogDropped = accessLogDropped;
    }

    /**
     * Returns the counters of a route, always the same object for the same route.
     *
     * @param template the path template of the route, such as {@code /keys/{key}}; must not contain text from a client
     */
    public RouteMetrics route(String template) {
        return routes.computeIfAbsent(template, RouteMetrics::new);
    }

    /** Includes the metrics of a store from now on. */
    public void store(Keyspace keyspace) {
        store = keyspace;
    }

    /**
     * Writes the current values of all metrics.
     *
     * @throws IOException if {@code out} fails
     */
    public void write(Format format, OutputStream out) throws IOException {
        exposition().write(format, out);
    }

    /**
     * Returns the exposition. It is created at the first scrape, so that starting the server does not load the
     * Prometheus library.
     */
    private synchronized Exposition exposition() {
        Exposition created = exposition;
        if (created == null) {
            created = new Exposition(
                    new RequestCollector(routes.values(), requestsInFlight, accessLogDropped),
                    new StoreCollector(() -> store));
            exposition = created;
        }
        return created;
    }
}
