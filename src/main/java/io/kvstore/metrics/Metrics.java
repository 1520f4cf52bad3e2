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
 * The metrics of a server: what is counted as it goes, and what is asked for when somebody scrapes. Safe for use by any number
 * of threads.
 */
public final class Metrics {

    /** A format that they can be written in. */
    public enum Format {
        PROMETHEUS,
        OPEN_METRICS;

        /** The media type, with its parameters. */
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
     * @param requestsInFlight how many requests are being answered
     * @param accessLogDropped how many lines of the access log were dropped
     */
    public Metrics(IntSupplier requestsInFlight, LongSupplier accessLogDropped) {
        this.requestsInFlight = requestsInFlight;
        this.accessLogDropped = accessLogDropped;
    }

    /**
     * What is to be told of the requests of a route; the same whenever it is asked for the same.
     *
     * @param template as in {@code /keys/{key}}, nothing that a client sent
     */
    public RouteMetrics route(String template) {
        return routes.computeIfAbsent(template, RouteMetrics::new);
    }

    /** Tells of a store from now on. */
    public void store(Keyspace keyspace) {
        store = keyspace;
    }

    /**
     * Writes all of them, as they are now.
     *
     * @throws IOException when {@code out} does
     */
    public void write(Format format, OutputStream out) throws IOException {
        exposition().write(format, out);
    }

    /** Made when it is first asked for: a start has no time to load what it needs. */
    private synchronized Exposition exposition() {
        Exposition made = exposition;
        if (made == null) {
            made = new Exposition(
                    new RequestCollector(routes.values(), requestsInFlight, accessLogDropped),
                    new StoreCollector(() -> store));
            exposition = made;
        }
        return made;
    }
}
