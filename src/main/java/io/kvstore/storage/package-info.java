/*
 * Snapshots over the network. A snapshot has the format of mode 3's own files (docs/file-formats.md) and is written
 * to the socket as it is made, so it takes the memory of a page:
 * 1. Read a page (1,000 rows or 1 MiB, of one published state s) and write its rows.
 * 2. Write the commits after those already written, up to s, from the history.
 * 3. The s of the last page is R1, and its count of keys is the store's at R1: write the end.
 *
 * A commit holds whole values, so replaying it over rows that contain it already changes nothing. A row is never
 * older than the commits before it, so no replay reverts it. The history has to reach back only to the previous page:
 * a client must be slower than the history's bounds page by page, not for the whole download. Mode 0 takes commits
 * from the history in memory, modes 1 to 3 from the log, by a channel of their own that does not involve the writer.
 * No lock is held while bytes are sent. The history must contain each commit that a reader can see. The log always
 * does; in mode 0 the history is added to before the table is changed, and answers only up to what is visible.
 *
 * Compaction. MapDB's file grows with overwrites and deletions and never shrinks, and MapDB's own compaction is not
 * safe against a crash. Compactor describes ours. The rename of FORMAT and the force of the folder are the one step
 * that writers wait for; readers do not. A second compaction is refused. Stopping the server abandons it at the next
 * page of rows. ReplaceableTable counts readers of the old files by hand, because waiting for the garbage collector
 * to unmap them would keep the disk full until then: hours, on an idle server.
 */
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
