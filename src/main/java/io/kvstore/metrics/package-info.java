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
