/**
 * The HTTP API: the router {@link io.kvstore.api.Api}, a resource for each path, and the formats that resources share (rows,
 * operations, entity tags, cursors, event IDs).
 *
 * <p>Threads: the router and the resources are immutable or thread-safe. All other objects belong to one request, and to one
 * thread at a time, which may block on the connection and on the store. A write that waits for a commit may be completed by
 * another thread; see {@code RequestContext.onComplete}.
 *
 * <p>Errors: a resource throws a {@link io.kvstore.http.Problem} to respond with an error. {@code Problems} translates failed
 * commands and failures of the store, and {@code RequestLifecycle} sends the response. If the head of a response has already
 * been sent, the exception closes the connection, so that the client sees that the response was cut off.
 *
 * <p>Does not know the JDK's server or sockets (package {@code http} does), and does not decide how values are stored
 * (packages {@code keyspace} and {@code store} do).
 */
@NullMarked
package io.kvstore.api;

import org.jspecify.annotations.NullMarked;
