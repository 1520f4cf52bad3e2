/*
 * When a request ends, the router passes method, status, time and bytes to the RouteMetrics of its route, which
 * counts in adders of its own: one lookup in a map of small numbers. Everything else is read at the time of a scrape:
 * StoreCollector reads StoreStats, so that storage does not depend on Prometheus. Sizes of commit groups and times of
 * fsyncs are counted in a histogram of the store, two plain writes of the committing thread. The first scrape loads
 * Prometheus's client (Exposition): with its own histograms on the request path, a start took 0.05 s longer.
 */
/**
 * The metrics of a server, in the formats that Prometheus scrapes. Requests are counted when they end. All other
 * metrics are read from the server and the store at each scrape. This is the only package that uses the Prometheus
 * client library.
 *
 * <p>No label value comes from a client: routes are templates, and methods and status codes are from fixed sets.
 *
 * <p>Threads: every class is safe for use by any number of threads.
 *
 * <p>Errors: an {@link java.io.IOException} if the metrics cannot be written. Counting never fails.
 *
 * <p>It is not a store of past values: it keeps totals since the start of the server, and Prometheus derives rates from
 * them.
 */
@NullMarked
package io.kvstore.metrics;

import org.jspecify.annotations.NullMarked;
