package io.kvstore.storage;

import io.kvstore.store.CompletionExecutor;

/**
 * A task to run when a commit completes, and the executor that runs it; see
 * {@link io.kvstore.store.PendingCommit#onComplete}.
 */
record Completion(CompletionExecutor executor, Runnable task) {}
