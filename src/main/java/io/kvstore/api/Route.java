package io.kvstore.api;

import io.kvstore.metrics.RouteMetrics;

/**
 * Where requests go.
 *
 * @param resource what answers them
 * @param metrics what counts them
 */
record Route(Resource resource, RouteMetrics metrics) {

    /** Where this request goes: a resource may have another one for it. */
    Route variant(Request request) {
        Resource chosen = resource.variant(request);
        return chosen == resource ? this : new Route(chosen, metrics);
    }
}
