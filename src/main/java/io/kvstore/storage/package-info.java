/**
 * The storage engines: a generic, ordered key-value store that commits atomically and, in every mode but memory, keeps
 * what it acknowledged through a crash.
 *
 * <p>{@link io.kvstore.store.KeyValueStore} is the library's face, {@link io.kvstore.store.CommitStore} adds atomic
 * commits with revisions, {@link io.kvstore.storage.Stores} opens the store of a mode. Nothing here knows of strings,
 * bytes or HTTP.
 *
 * <p>Threads: stores are safe for use by any number of threads. A durable store writes and checkpoints on threads of its
 * own; callers wait, and may be interrupted without harm to the store.
 *
 * <p>Errors: the subtypes of {@link io.kvstore.store.StoreException}, a small sealed set.
 */
@NullMarked
package io.kvstore.storage;

import org.jspecify.annotations.NullMarked;
