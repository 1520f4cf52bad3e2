/**
 * The storage engines: a generic, ordered key-value store that commits atomically. In every mode but memory,
 * acknowledged changes survive a crash.
 *
 * <p>{@link io.kvstore.storage.Stores} opens the store of a mode. A durable store consists of a
 * {@link io.kvstore.storage.Table}, a {@code CommitLog}, the {@code GroupCommit} that writes to both, and a
 * {@code CheckpointScheduler}. Only {@code JournalCommitLog} knows the journal; another log implements
 * {@code CommitLog} and is opened in {@code Stores}. This package does not depend on the types of keys and
 * values, or on HTTP.
 *
 * <p>Threads: stores are thread-safe. A durable store commits, checkpoints and compacts on threads of its own; callers
 * wait, and an interrupt of a caller does not harm the store.
 *
 * <p>Errors: the subclasses of {@link io.kvstore.store.StoreException}, a small sealed set.
 */
@NullMarked
package io.kvstore.storage;

import org.jspecify.annotations.NullMarked;
