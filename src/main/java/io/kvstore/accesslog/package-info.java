/*
 * A request thread adds an entry, references without formatting, to a queue; the thread kvstore-access-log makes
 * lines of them. Waking that thread would cost more than everything else, so it pauses 10 ms between rounds, and is
 * woken only after it has found the queue empty. The queue is bounded in bytes, because a target may have 256 KB.
 * Entries that do not fit are dropped and counted. Lines go to standard output, as in nginx's images and as systemd
 * and Docker collect them; the server's own log is on standard error.
 */
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
