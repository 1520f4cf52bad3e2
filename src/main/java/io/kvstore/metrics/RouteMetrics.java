package io.kvstore.metrics;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the requests of one route, for some tens of nanoseconds each. Nothing of Prometheus is loaded before somebody
 * scrapes. Safe for use by any number of threads.
 */
public final class RouteMetrics {

    private static final int STATUS_MAX = 999;
    private static final List<String> METHODS = List.of("GET", "PUT", "HEAD", "POST", "DELETE", "OPTIONS", "other");

    private final String route;
    private final LongAdder requestBytes = new LongAdder();
    private final LongAdder responseBytes = new LongAdder();
    private final ConcurrentMap<Integer, Durations> byMethodAndStatus = new ConcurrentHashMap<>();

    /** Takes what was counted of one method and one status. */
    interface Visitor {
        void visit(String method, String status, Durations durations);
    }

    RouteMetrics(String route) {
        this.route = route;
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
        Integer each = (known < 0 ? METHODS.size() - 1 : known) * (STATUS_MAX + 1) + status;
        Durations durations = byMethodAndStatus.get(each);
        if (durations == null) {
            durations = byMethodAndStatus.computeIfAbsent(each, first -> new Durations());
        }
        durations.add(nanos);
        if (requestBodyBytes > 0) {
            requestBytes.add(requestBodyBytes);
        }
        if (responseBodyBytes > 0) {
            responseBytes.add(responseBodyBytes);
        }
    }

    String route() {
        return route;
    }

    long requestBytes() {
        return requestBytes.sum();
    }

    long responseBytes() {
        return responseBytes.sum();
    }

    void visit(Visitor visitor) {
        byMethodAndStatus.forEach((each, durations) -> {
            int status = each % (STATUS_MAX + 1);
            visitor.visit(
                    METHODS.get(each / (STATUS_MAX + 1)), status == 0 ? "none" : Integer.toString(status), durations);
        });
    }
}
