/**
 * A line for each request, in the Combined Log Format or as JSON, written by a thread of its own: a request hands over what is
 * to be told of it and goes on.
 *
 * <p>Threads: {@link io.kvstore.accesslog.AccessLog} may be used by any number of them.
 *
 * <p>Errors: none reach a request. Lines that cannot be written are dropped and counted, and the server's log says so.
 */
@NullMarked
package io.kvstore.accesslog;

import org.jspecify.annotations.NullMarked;
