/*
 * Watches. The store notifies ChangeFeed of every commit on the committing thread, after the commit is visible and
 * before its caller is answered. Waking a thread costs microseconds, and a change may concern a thousand watchers. So
 * the committing thread only adds the commit, by reference, to a Backlog; the thread kvstore-feed matches prefixes
 * and adds it to the backlog of each Subscription it concerns. A write costs the same for any number of watchers, and
 * one volatile read if there are none. There is no index of prefixes, because a prefix that does not match costs tens
 * of nanoseconds.
 *
 * Adding to a Backlog never waits. If a backlog is full (for a subscription 10,000 changes or 16 MiB, for the feed
 * 100,000 changes and 64 MiB), it drops everything and its reader is notified. The bound is checked before a commit
 * is added, so that one batch of any size never counts as slowness. If the feed's own backlog overflows, all watchers
 * are reset. Values are shared by reference with the table, the history and other backlogs. The worst case is a
 * watcher that reads nothing and whose keys no other client watches: it holds 16 MiB and one commit until
 * --io_timeout ends it, and as much again in the thread that writes to it.
 *
 * No gap. A subscription is offered commits first, then reads the store's revision R. What is visible by then is in
 * the history; what becomes visible later is in the backlog. Duplicates are dropped by position. A resuming watcher
 * therefore reads the history up to R and then its backlog, without a lock between the two. If the backlog overflows
 * while the history is read, it restarts with a later R; an overflow after that is a reset.
 *
 * Initial rows are read in pages (1,000 rows or 1 MiB), each from a single state, while other clients write. The
 * changes that follow start at the revision of the subscription, which is older than every page. A change that a page
 * contains already is left out, or a key would revert. For that a subscription keeps the last key and the revision of
 * each page, not the rows. It needs no history: the backlog has been filling since before the first page, and the
 * history is the fallback.
 *
 * Quiet watchers. The feed publishes the revision it has passed on. A subscription that reads it and then finds its
 * backlog empty has seen everything up to there. Heartbeats carry that revision as an id.
 *
 * Expiry. The store keeps a second order of keys by expiry, updated in the same commit, so that expired keys are
 * found without a scan, and a count subtracts them. A write to an expired key first commits the removal, and then
 * counts as new. The time is taken when a command is evaluated.
 *
 * Import with REPLACE keeps no list of keys: see Import.
 */
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
