/**
 * A bounded cache that evicts the least recently used entries.
 *
 * <p>Threads: a cache is safe for use by any number of threads. Its lock is held only for the few instructions of a
 * read, write or delete.
 *
 * <p>Errors: only an {@link java.lang.IllegalArgumentException} for an invalid setting.
 *
 * <p>It is not a loading cache: it does not know the store, and the caller reads values, writes them to the cache and
 * deletes them when they change.
 */
@NullMarked
package io.kvstore.cache;

import org.jspecify.annotations.NullMarked;
