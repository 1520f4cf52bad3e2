package io.kvstore.api;

import io.kvstore.metrics.RouteMetrics;

/**
 * Where requests go.
 *
 * @param resource what answers them
 * @param metrics what counts them
 */
record Route(Resource resource, RouteMetrics metrics) {}
