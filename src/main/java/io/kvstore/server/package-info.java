/**
 * The running server: it listens, opens the store, serves, drains and stops.
 *
 * <p>Threads: a thread for each request, virtual where the JDK's virtual threads do not hold on to their carrier while a
 * socket waits; one thread that cuts off what has stalled; where TLS is spoken, one that looks whether its files have changed.
 *
 * <p>Errors: what keeps a server from starting is a {@link io.kvstore.server.StartException} or the store's own error,
 * each with a sentence for the person who starts it; whatever had been taken is released.
 */
@NullMarked
package io.kvstore.server;

import org.jspecify.annotations.NullMarked;
