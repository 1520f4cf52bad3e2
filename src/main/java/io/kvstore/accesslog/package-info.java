/*
 * A request thread adds an entry to a queue: references, without formatting. The thread kvstore-access-log makes lines
 * of them (AccessLog). Lines go to standard output, as in nginx's images and as systemd and Docker collect them; the
 * server's own log is on standard error.
 */
/**
 * The access log: one line per request, in the Combined Log Format or as JSON. A request only adds an entry to a queue;
 * a separate thread writes the lines.
 *
 * <p>Threads: {@link io.kvstore.accesslog.AccessLog} is safe for use by any number of threads.
 *
 * <p>Errors: none affect a request. Lines that cannot be written are dropped and counted, and the server log reports
 * how many.
 *
 * <p>It is not an audit log: lines may be dropped, and lines that are queued when the process is killed are lost.
 */
@NullMarked
package io.kvstore.accesslog;

import org.jspecify.annotations.NullMarked;
