/**
 * A bounded cache of the entries used last.
 *
 * <p>Threads: a cache is safe for use by any number of threads; no method waits for more than a few instructions of
 * another. Errors: none but those of bad arguments.
 */
@NullMarked
package io.kvstore.cache;

import org.jspecify.annotations.NullMarked;
