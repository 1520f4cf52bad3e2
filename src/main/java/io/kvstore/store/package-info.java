/**
 * The contract of a store, as a program that embeds or calls one sees it: keys, values, commits, listings, errors.
 *
 * <p>Nothing here depends on an engine, so that a client, which has none, can share the interfaces. {@code storage} has the
 * engines.
 */
@NullMarked
package io.kvstore.store;

import org.jspecify.annotations.NullMarked;
