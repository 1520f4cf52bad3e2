/**
 * What the store means by a key and a value: UTF-8 keys, values with a revision, and the commands that change them.
 *
 * <p>A {@link io.kvstore.keyspace.Command} is data, its conditions, time and chance included, and carrying it out is
 * deterministic: the same commands in the same order give the same store.
 *
 * <p>Threads: values of this package are immutable; a {@link io.kvstore.keyspace.Keyspace} is safe for use by any number
 * of threads.
 *
 * <p>Errors: those of the store, {@link io.kvstore.store.StoreException}. A condition that fails is an answer, not an
 * error.
 */
@NullMarked
package io.kvstore.keyspace;

import org.jspecify.annotations.NullMarked;
