/*
 * A request thread adds an entry, references without formatting, to a queue; the thread kvstore-access-log makes
 * lines of them. Waking that thread would cost more than everything else, so it pauses 10 ms between rounds, and is
 * woken only after it has found the queue empty. The queue is bounded in bytes, because a target may have 256 KB.
 * Entries that do not fit are dropped and counted. Lines go to standard output, as in nginx's images and as systemd
 * and Docker collect them; the server's own log is on standard error.
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
