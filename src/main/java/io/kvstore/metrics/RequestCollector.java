package io.kvstore.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Collection;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** Collects the metrics of requests. */
final class RequestCollector implements MultiCollector {

    private static final double SECOND_NANOS = 1e9;
    private static final String ROUTE = "route";

    private final Collection<RouteMetrics> routes;
    private final IntSupplier inFlight;
    private final LongSupplier logDropped;

    RequestCollector(Collection<RouteMetrics> routes, IntSupplier inFlight, LongSupplier logDropped) {
        this.routes = routes;
        this.inFlight = inFlight;
        this.logDropped = logDropped;
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(
                durations(),
                bytes(
                        "kvstore_http_request_body_bytes_total",
                        "Bytes read from request bodies",
                        RouteMetrics::requestBytes),
                bytes(
                        "kvstore_http_response_body_bytes_total",
                        "Bytes sent in response bodies",
                        RouteMetrics::responseBytes),
                UnlabeledMetrics.gauge(
                        "kvstore_http_requests_in_flight",
                        "Requests in flight, including open watches",
                        inFlight.getAsInt()),
                UnlabeledMetrics.counter(
                        "kvstore_access_log_dropped_total",
                        "Access log lines that were dropped because the log could not be written fast enough",
                        logDropped.getAsLong()));
    }

    private HistogramSnapshot durations() {
        HistogramSnapshot.Builder all = HistogramSnapshot.builder()
                .name("kvstore_http_request_duration_seconds")
                .help("Duration of requests, from the end of the request headers to the end of the response");
        for (RouteMetrics route : routes) {
            route.visit((method, status, durations) -> all.dataPoint(HistogramDataPointSnapshot.builder()
                    .labels(Labels.of("method", method, ROUTE, route.route(), "status", status))
                    .classicHistogramBuckets(buckets(durations))
                    .sum(durations.sumNanos() / SECOND_NANOS)
                    .build()));
        }
        return all.build();
    }

    private static ClassicHistogramBuckets buckets(DurationHistogram durations) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < DurationHistogram.BOUNDS.length; i++) {
            buckets.bucket(DurationHistogram.BOUNDS[i] / SECOND_NANOS, durations.count(i));
        }
        return buckets.bucket(Double.POSITIVE_INFINITY, durations.count(DurationHistogram.BOUNDS.length))
                .build();
    }

    private CounterSnapshot bytes(String name, String help, ToLongFunction<RouteMetrics> count) {
        CounterSnapshot.Builder all = CounterSnapshot.builder().name(name).help(help);
        for (RouteMetrics route : routes) {
            all.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(Labels.of(ROUTE, route.route()))
                    .value((double) count.applyAsLong(route))
                    .build());
        }
        return all.build();
    }
}
