package io.kvstore.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The metrics of the requests of one route. Their labels are looked up once, not for each request, which costs a tenth of a
 * microsecond so. Safe for use by any number of threads.
 */
public final class RouteMetrics {

    private static final double NANO = 1e-9;
    private static final int STATUS_MAX = 999;
    private static final List<String> METHODS = List.of("GET", "PUT", "HEAD", "POST", "DELETE", "OPTIONS", "other");

    private final String route;
    private final Histogram durations;
    private final CounterDataPoint requestBytes;
    private final CounterDataPoint responseBytes;
    private final ConcurrentMap<Integer, DistributionDataPoint> byMethodAndStatus = new ConcurrentHashMap<>();

    RouteMetrics(String route, Histogram durations, CounterDataPoint requestBytes, CounterDataPoint responseBytes) {
        this.route = route;
        this.durations = durations;
        this.requestBytes = requestBytes;
        this.responseBytes = responseBytes;
    }

    /**
     * A request is over.
     *
     * @param status 0 where its client was gone before there was an answer
     * @param requestBodyBytes what was read of its body
     * @param responseBodyBytes what was sent of the answer's
     */
    public void answered(String method, int status, long nanos, long requestBodyBytes, long responseBodyBytes) {
        int known = METHODS.indexOf(method);
        int each = (known < 0 ? METHODS.size() - 1 : known) * (STATUS_MAX + 1) + status;
        DistributionDataPoint point = byMethodAndStatus.get(each);
        if (point == null) {
            point = byMethodAndStatus.computeIfAbsent(each, this::point);
        }
        point.observe(nanos * NANO);
        if (requestBodyBytes > 0) {
            requestBytes.inc(requestBodyBytes);
        }
        if (responseBodyBytes > 0) {
            responseBytes.inc(responseBodyBytes);
        }
    }

    private DistributionDataPoint point(int methodAndStatus) {
        int status = methodAndStatus % (STATUS_MAX + 1);
        return durations.labelValues(
                METHODS.get(methodAndStatus / (STATUS_MAX + 1)),
                route,
                status == 0 ? "none" : Integer.toString(status));
    }
}
