/*
 * When a request ends, the router passes method, status, time and bytes to the RouteMetrics of its route, which
 * counts in adders of its own: one lookup in a map of small numbers. Everything else is read at the time of a scrape:
 * StoreCollector reads StoreStats, so that storage does not depend on Prometheus. Sizes of commit groups and times of
 * fsyncs are counted in a histogram of the store, two plain writes of the committing thread. The first scrape loads
 * Prometheus's client (Exposition): with its own histograms on the request path, a start took 0.05 s longer.
 */
/**
 * What a server measures of itself, in the formats that Prometheus reads. The one place that sees Prometheus's client:
 * requests are counted as they end, everything else is asked for when somebody looks.
 *
 * <p>No label ever has anything in it that a client sent: routes are templates, methods and statuses are of fixed sets.
 *
 * <p>Threads: everything here may be used by any number of them.
 */
@NullMarked
package io.kvstore.metrics;

import org.jspecify.annotations.NullMarked;
