/**
 * Durations as people write them, shared by the command line and the HTTP API.
 *
 * <p>Threads: everything here is stateless.
 *
 * <p>Errors: malformed text is an empty result; the caller reports it in its own terms.
 */
@NullMarked
package io.kvstore.time;

import org.jspecify.annotations.NullMarked;
