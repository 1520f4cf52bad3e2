/**
 * The contract of a store, for programs that embed or call one: keys, values, commits, listings, errors.
 *
 * <p>Nothing here depends on an engine, so a client shares these interfaces. The engines are in {@code storage}.
 */
@NullMarked
package io.kvstore.store;

import org.jspecify.annotations.NullMarked;
