/**
 * The data model: UTF-8 keys, values with a revision and an expiry, and the commands that read and change them.
 *
 * <p>A {@link io.kvstore.keyspace.Command} is data. Executing it is deterministic: the result depends on the command, the
 * time at which it is executed, and the state of the store.
 *
 * <p>Threads: keys, values and commands are immutable; a {@link io.kvstore.keyspace.Keyspace} is thread-safe.
 *
 * <p>Errors: a failure of the store is a {@link io.kvstore.store.StoreException}. A condition that does not hold is an {@link
 * io.kvstore.keyspace.Outcome}, not an error.
 */
@NullMarked
package io.kvstore.keyspace;

import org.jspecify.annotations.NullMarked;
