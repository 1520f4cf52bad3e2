package io.kvstore.metrics;

import io.kvstore.keyspace.Keyspace;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The metrics of a server. Safe for use by any number of threads. */
public final class Metrics {

    /** A format that they can be written in. */
    public enum Format {
        PROMETHEUS,
        OPEN_METRICS;

        /** The media type, with its parameters. */
        public String mediaType() {
            return writer(this).getContentType();
        }
    }

    private static final ExpositionFormatWriter PROMETHEUS = PrometheusTextFormatWriter.create();
    private static final ExpositionFormatWriter OPEN_METRICS = OpenMetricsTextFormatWriter.create();

    /** From a read in memory, through a write that waits for a disk, to a long list, in seconds. */
    private static final double[] SECONDS = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicBoolean jvm = new AtomicBoolean();
    private final Histogram durations = Histogram.builder()
            .name("kvstore_http_request_duration_seconds")
            .help("How long requests took, from the end of their heads to the end of their answers")
            .labelNames("method", "route", "status")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .withoutExemplars()
            .register(registry);
    private final Counter requestBytes = Counter.builder()
            .name("kvstore_http_request_body_bytes_total")
            .help("Bytes of requests' bodies that were read")
            .labelNames("route")
            .withoutExemplars()
            .register(registry);
    private final Counter responseBytes = Counter.builder()
            .name("kvstore_http_response_body_bytes_total")
            .help("Bytes of answers' bodies that were sent")
            .labelNames("route")
            .withoutExemplars()
            .register(registry);

    /**
     * What is to be told of the requests of a route.
     *
     * @param template as in {@code /keys/{key}}, nothing that a client sent
     */
    public RouteMetrics route(String template) {
        return new RouteMetrics(
                template, durations, requestBytes.labelValues(template), responseBytes.labelValues(template));
    }

    /** Tells how many requests are being answered. */
    public void requestsInFlight(IntSupplier count) {
        GaugeWithCallback.builder()
                .name("kvstore_http_requests_in_flight")
                .help("Requests that are being answered, watchers among them")
                .callback(gauge -> gauge.call(count.getAsInt()))
                .register(registry);
    }

    /** Tells how many lines of the access log were dropped. */
    public void accessLogDropped(LongSupplier lines) {
        CounterWithCallback.builder()
                .name("kvstore_access_log_dropped_total")
                .help("Lines of the access log that were dropped, because whoever takes them is too slow")
                .callback(counter -> counter.call((double) lines.getAsLong()))
                .register(registry);
    }

    /** Tells of a store. */
    public void store(Keyspace keyspace) {
        registry.register(new StoreCollector(keyspace));
    }

    /**
     * Writes all of them, as they are now.
     *
     * @throws IOException when {@code out} does
     */
    public void write(Format format, OutputStream out) throws IOException {
        if (!jvm.getAndSet(true)) {
            JvmMetrics.builder().register(registry); // now, and not at the start, for it takes a tenth of a second
        }
        writer(format).write(out, registry.scrape());
    }

    private static ExpositionFormatWriter writer(Format format) {
        return format == Format.PROMETHEUS ? PROMETHEUS : OPEN_METRICS;
    }
}
