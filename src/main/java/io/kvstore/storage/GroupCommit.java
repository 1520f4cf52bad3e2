package io.kvstore.storage;

import io.kvstore.concurrent.Uninterruptibly;
import io.kvstore.store.Change;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.CompletionExecutor;
import io.kvstore.store.HistogramCounts;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.StoreException;
import io.kvstore.store.Transaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * One thread does all the writing. It takes all waiting changes and evaluates them in turn, each on the state that
 * those before it left. It appends the effects of all to the log as one group, forces the log once, applies the group
 * to the table in one exclusive section, notifies the observers, and completes the callers. Changes that arrive
 * meanwhile form the next group. So the slower the disk, the larger the groups, and no lock that a reader takes is held
 * during a disk write.
 *
 * A group that the log did not accept is never applied. The log decides whether a failed group is the last one
 * (CommitLog). A failure of the table always is: the commits are safe in the log, and a restart rebuilds the table from
 * it.
 */
/** Group commit: the one thread that evaluates, logs and applies changes. */
final class GroupCommit<K, V> {

    /** Upper bounds of the histogram of group sizes, in commits. */
    static final long[] GROUP_BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024};

    private static final long GROUP_BYTES = 8 << 20;

    /** A change that waits for the committing thread. */
    private static final class Submission<K, V, R> extends QueuedTask implements PendingCommit<R> {
        private final Change<K, V, R> change;
        private @Nullable R result;
        private @Nullable RuntimeException thrown;

        Submission(Change<K, V, R> change) {
            this.change = change;
        }

        @Override
        public R join() {
            await();
            return result();
        }

        @SuppressWarnings("NullAway") // R may be a nullable type
        private R result() {
            return result;
        }

        @Override
        public boolean onComplete(CompletionExecutor executor, Runnable task) {
            return onComplete(new Completion(executor, task));
        }

        void evaluate(Transaction<K, V> transaction) {
            result = change.apply(transaction);
        }

        /**
         * Records that the change threw. It may have thrown because of the values that it read, so its caller receives
         * the exception only when those values are durable.
         */
        void evaluationFailed(RuntimeException thrown) {
            this.thrown = thrown;
        }

        /** Completes the submission with the result of its evaluation. */
        void completeEvaluated(Completions completions) {
            if (thrown == null) {
                complete(completions);
            } else {
                fail(thrown, completions);
            }
        }
    }

    private final Table<K, V> table;
    private final CommitLog<K, V> log;
    private final LogForcer forcer;
    private final long commitBytesMax;
    private final CheckpointScheduler checkpoints;
    private final Observers<K, V> observers;
    private final CommitQueue queue;
    private final WriteFailure failure;
    private final TableTransaction<K, V> transaction;
    private final Thread thread;
    private final Histogram groups = new Histogram(GROUP_BOUNDS);

    private final List<Submission<K, V, ?>> submissions = new ArrayList<>();
    private final CommitGroup<K, V> group = new CommitGroup<>();
    private final Completions completions = new Completions();
    private boolean stopping;

    GroupCommit(
            Table<K, V> table,
            CommitLog<K, V> log,
            LogForcer forcer,
            long commitBytesMax,
            CheckpointScheduler checkpoints,
            Observers<K, V> observers,
            CommitQueue queue,
            WriteFailure failure) {
        this.table = table;
        this.log = log;
        this.forcer = forcer;
        this.commitBytesMax = commitBytesMax;
        this.checkpoints = checkpoints;
        this.observers = observers;
        this.queue = queue;
        this.failure = failure;
        this.transaction = new TableTransaction<>(table);
        this.thread = new Thread(this::run, "kvstore-commit");
        thread.setDaemon(true);
        queue.setConsumer(thread);
    }

    /** Starts the committing thread. */
    void start() {
        thread.start();
    }

    /** Returns the histogram of the number of commits in each group. */
    HistogramCounts groups() {
        return groups.read();
    }

    /** As {@link CommitStore#begin}. */
    <R> PendingCommit<R> begin(Change<K, V, R> change) {
        Submission<K, V, R> submission = new Submission<>(change);
        queue.push(submission);
        return submission;
    }

    /**
     * Completes the waiting changes, writes a last checkpoint and seals the log; after a failure only stops.
     *
     * @throws IOException if the end could not be written: a restart finds everything in the log
     */
    void stop() throws IOException {
        try {
            checkpoints.awaitRunning();
            queue.runBetweenGroups(() -> {
                checkpoints.finish();
                stopping = true;
                return true;
            });
        } catch (StoreException.Closed e) {
            return;
        }
        Uninterruptibly.join(thread);
        if (failure.isSet()) {
            log.close();
            return;
        }
        try {
            checkpoints.writeLast();
            log.seal();
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private void run() {
        while (!stopping) {
            QueuedTask first = queue.take(forcer.nanosUntilDue());
            try {
                runAll(first);
                forcer.forceIfDue();
                checkpoints.beginIfDue();
            } catch (IOException | RuntimeException | Error e) {
                failure.set(e);
                failAll(first, () -> WriteFailure.readOnly(e));
            }
        }
        failAll(queue.close(), StoreException.Closed::new);
        checkpoints.awaitLast();
    }

    private void failAll(@Nullable QueuedTask first, Supplier<RuntimeException> reason) {
        for (QueuedTask task = first; task != null; task = task.next) {
            task.fail(reason.get(), completions);
        }
        completions.executeAll();
    }

    private void runAll(@Nullable QueuedTask first) {
        for (QueuedTask task = first; task != null; ) {
            QueuedTask next = task.next; // a task that is complete may no longer be read
            if (task instanceof BarrierTask<?> barrier) {
                flush();
                barrier.run(completions);
            } else {
                @SuppressWarnings("unchecked") // the queue has tasks of these two kinds only
                Submission<K, V, ?> submission = (Submission<K, V, ?>) task;
                evaluate(submission);
            }
            task = next;
        }
        flush();
    }

    private void evaluate(Submission<K, V, ?> submission) {
        StoreException.ReadOnly failed = failure.get();
        if (failed != null) {
            submission.fail(WriteFailure.readOnly(failed), completions);
            return;
        }
        try {
            submission.evaluate(transaction);
            Commit<K, V> commit = transaction.commit();
            if (commit != null) {
                addToGroup(commit);
            }
        } catch (RuntimeException e) {
            transaction.rollback();
            submission.evaluationFailed(e);
        } catch (Error e) {
            transaction.rollback();
            submission.evaluationFailed(new IllegalStateException(e));
        }
        submissions.add(submission);
    }

    private void addToGroup(Commit<K, V> commit) {
        long size = log.size(commit);
        if (size > commitBytesMax) {
            throw new StoreException.TooLarge("the commit has " + size + " bytes, and the maximum is " + commitBytesMax
                    + "; split it, or start the server with more memory");
        }
        table.checkRoom(commit);
        if (!group.isEmpty() && group.bytes() + size > GROUP_BYTES) {
            GroupException notAccepted = flush();
            failure.check();
            if (notAccepted != null) { // the commit was evaluated on a state that does not exist
                throw rejected(notAccepted);
            }
        }
        group.add(commit, (int) size);
        transaction.end();
    }

    /**
     * Makes the group durable and visible, and completes its submissions.
     *
     * @return null, or why the log did not accept the group, though it accepts others
     */
    private @Nullable GroupException flush() {
        GroupException notAccepted = null;
        try {
            if (!group.isEmpty()) {
                commitGroup();
            }
            for (Submission<K, V, ?> submission : submissions) {
                submission.completeEvaluated(completions);
            }
        } catch (GroupException e) {
            notAccepted = e;
            for (Submission<K, V, ?> submission : submissions) {
                RuntimeException reason = switch (e.outcome()) {
                    case REJECTED -> rejected(e);
                    case UNKNOWN -> WriteFailure.outcomeUnknown(e);
                };
                submission.fail(reason, completions);
            }
        } catch (IOException | RuntimeException | Error e) {
            failure.set(e);
            for (Submission<K, V, ?> submission : submissions) {
                submission.fail(WriteFailure.outcomeUnknown(e), completions);
            }
        } finally {
            submissions.clear();
            group.clear();
            transaction.beginGroup();
        }
        completions.executeAll();
        return notAccepted;
    }

    private void commitGroup() throws IOException {
        log.append(group);
        forcer.forceAppended();
        checkpoints.awaitRoom();
        List<Commit<K, V>> commits = group.commits();
        table.apply(commits);
        long changes = 0;
        for (Commit<K, V> commit : commits) {
            changes += commit.effects().size();
            observers.notifyAll(commit);
        }
        checkpoints.countCommits(changes, group.bytes());
        groups.add(commits.size());
    }

    private static StoreException.ReadOnly rejected(GroupException e) {
        return new StoreException.ReadOnly(
                "the log did not accept the change, so nothing was changed: " + WriteFailure.message(e), false, e);
    }
}
