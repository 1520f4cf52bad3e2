package io.kvstore.storage;

import io.kvstore.journal.Journal;
import io.kvstore.journal.LogRecord;
import io.kvstore.store.Change;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.CompletionExecutor;
import io.kvstore.store.Durability;
import io.kvstore.store.HistogramCounts;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.StoreException;
import io.kvstore.store.Transaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * One thread does all the writing. It takes everybody who waits, judges their changes one after the other, each seeing
 * those before it, appends the effects of all to the journal as one frame, forces it once, applies them to the table in
 * one exclusive section, tells the observers, and lets the callers go, or has others go on where no caller waits. Who comes
 * meanwhile is the next group, so the slower the disk, the larger the groups, and no lock that a reader takes is held while
 * the disk is waited for.
 *
 * A write or force that failed leaves it unknown what is on disk: its group is told so, is never applied, and no write is
 * tried again (a second fsync may report success for pages that the first one lost). The same where the table fails:
 * what is in the log is safe there, and a restart builds the table from it.
 */
/** The commit group: the one thread that judges, logs and applies. */
final class Committer<K, V> {

    private static final System.Logger LOG = System.getLogger(Committer.class.getName());
    private static final long GROUP_BYTES = 8 << 20;
    private static final long INTERVAL_NANOS = 900_000_000;

    /** Of the sizes of groups. */
    static final long[] GROUP_BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024};

    /** Of the nanoseconds that a force takes: 0.1 ms, an SSD's, to 10 s. */
    static final long[] FORCE_BOUNDS = {
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        25_000_000,
        50_000_000,
        100_000_000,
        250_000_000,
        1_000_000_000,
        10_000_000_000L
    };

    private static final class Submission<K, V, R> extends Waiter implements PendingCommit<R> {
        final Change<K, V, R> change;

        @Nullable
        R result;

        private @Nullable RuntimeException thrown;

        Submission(Change<K, V, R> change) {
            this.change = change;
        }

        @Override
        public R join() {
            await();
            return Committer.result(result);
        }

        @Override
        public boolean onComplete(CompletionExecutor resumer, Runnable task) {
            return onComplete(new Completions.Completion(resumer, task));
        }

        /** Runs the change. */
        void judge(Transaction<K, V> transaction) {
            result = change.apply(transaction);
        }

        /** The change threw, perhaps because of what it saw: the caller is told when that is on disk. */
        void judged(RuntimeException thrown) {
            this.thrown = thrown;
        }

        /** Answers the caller. */
        void answer(Completions resumptions) {
            if (thrown == null) {
                finish(resumptions);
            } else {
                fail(thrown, resumptions);
            }
        }
    }

    /** Something to be done between two groups. */
    private static final class BarrierTask<R> extends Waiter {
        private final Callable<R> body;

        @Nullable
        R result;

        BarrierTask(Callable<R> body) {
            this.body = body;
        }

        void run(Completions resumptions) {
            try {
                result = body.call();
                finish(resumptions);
            } catch (RuntimeException e) {
                fail(e, resumptions);
            } catch (Throwable e) { // whatever it is, somebody waits for it
                fail(new CompletionException(e), resumptions);
            }
        }
    }

    /** A checkpoint, whose revision is there when it is done, and whether it was begun just now. */
    private record Begun(CompletableFuture<Long> done, boolean now) {}

    private final Table<K, V> table;
    private final Journal journal;
    private final CommitCodec<K, V> codec;
    private final Durability durability;
    private final long commitBytesMax;
    private final Checkpointing checkpointing;
    private final Observers<K, V> observers;
    private final LongSupplier nanoClock;
    private final TableTransaction<K, V> transaction;
    private final CommitQueue queue;
    private final Thread thread;
    private final Histogram groups = new Histogram(GROUP_BOUNDS);
    private final Histogram forces = new Histogram(FORCE_BOUNDS);

    private final List<Submission<K, V, ?>> group = new ArrayList<>();
    private final List<Commit<K, V>> commits = new ArrayList<>();
    private final List<LogRecord> records = new ArrayList<>();
    private final Completions resumptions = new Completions();
    private long groupBytes;
    private long changesSinceCheckpoint;
    private long bytesSinceCheckpoint;
    private long forceDeadline = Long.MAX_VALUE;
    private @Nullable CompletableFuture<Long> checkpoint;
    private boolean stopping;
    private volatile StoreException.@Nullable ReadOnly failure;

    Committer(
            Table<K, V> table,
            Journal journal,
            CommitCodec<K, V> codec,
            Durability durability,
            long commitBytesMax,
            Checkpointing checkpointing,
            Observers<K, V> observers,
            LongSupplier nanoClock) {
        this.table = table;
        this.journal = journal;
        this.codec = codec;
        this.durability = durability;
        this.commitBytesMax = commitBytesMax;
        this.checkpointing = checkpointing;
        this.observers = observers;
        this.nanoClock = nanoClock;
        this.transaction = new TableTransaction<>(table);
        this.thread = new Thread(this::run, "kvstore-commit");
        this.queue = new CommitQueue(thread);
        thread.setDaemon(true);
    }

    /** Begins to serve. */
    void start(long changesToReplay, long bytesToReplay) {
        changesSinceCheckpoint = changesToReplay;
        bytesSinceCheckpoint = bytesToReplay;
        thread.start();
    }

    /** Why no more writes are taken, or null. */
    StoreException.@Nullable ReadOnly failure() {
        return failure;
    }

    /** Commits of each group so far. */
    HistogramCounts groups() {
        return groups.read();
    }

    /** How long the log took to force so far, in nanoseconds. */
    HistogramCounts forces() {
        return forces.read();
    }

    /** As {@link CommitStore#begin}. */
    <R> PendingCommit<R> begin(Change<K, V, R> change) {
        Submission<K, V, R> submission = new Submission<>(change);
        push(submission);
        return submission;
    }

    /** Runs something on the committing thread between two groups, and waits for it. */
    <R> R between(Callable<R> body) {
        BarrierTask<R> errand = new BarrierTask<>(body);
        push(errand);
        errand.await();
        return result(errand.result);
    }

    @SuppressWarnings("NullAway") // R may be a nullable type; its null is the caller's own
    private static <R> R result(@Nullable R result) {
        return result;
    }

    private void push(Waiter waiter) {
        if (!queue.push(waiter)) {
            throw new StoreException.Closed();
        }
    }

    /** Does a checkpoint that has in it all that was committed before the call. */
    void checkpoint() {
        Begun begun;
        do {
            begun = between(this::beginCheckpoint);
            await(begun.done());
            between(this::endCheckpoint);
        } while (!begun.now());
    }

    private static void await(CompletableFuture<Long> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException known) {
                throw known;
            }
            throw e;
        }
    }

    /**
     * Lets those who wait finish, does a last checkpoint and ends the log cleanly; after a failure only stops.
     *
     * @throws IOException when the end could not be written: a restart finds everything in the log
     */
    void stop() throws IOException {
        try {
            CompletableFuture<Long> running = this.<Optional<CompletableFuture<Long>>>between(
                            () -> Optional.ofNullable(checkpoint))
                    .orElse(null);
            if (running != null) {
                running.handle((revision, error) -> error).join();
            }
            between(() -> {
                boolean ended = endCheckpoint();
                stopping = true;
                return ended;
            });
        } catch (StoreException.Closed e) {
            return;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            journal.close();
            return;
        }
        try {
            if (changesSinceCheckpoint > 0) {
                force();
                journal.drop(checkpointing.begin().write(this::point));
            }
            journal.seal();
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private void run() {
        while (!stopping) {
            long wait = forceDeadline == Long.MAX_VALUE ? Long.MAX_VALUE : forceDeadline - nanoClock.getAsLong();
            Waiter first = queue.take(wait);
            try {
                serve(first);
                forceIfDue();
                checkpointIfDue();
            } catch (IOException | RuntimeException | Error e) {
                fail(e);
                for (Waiter waiter = first; waiter != null; waiter = waiter.next) {
                    waiter.fail(readOnly(e), resumptions);
                }
                resumptions.handOver();
            }
        }
        for (Waiter waiter = queue.close(); waiter != null; waiter = waiter.next) {
            waiter.fail(new StoreException.Closed(), resumptions);
        }
        resumptions.handOver();
        CompletableFuture<Long> running = checkpoint;
        if (running != null) {
            Throwable error = running.handle((revision, thrown) -> thrown).join();
            if (error != null && !(error instanceof StoreException.Closed)) {
                fail(error);
            }
        }
    }

    private void serve(@Nullable Waiter first) throws IOException {
        for (Waiter waiter = first; waiter != null; ) {
            Waiter next = waiter.next; // whoever is finished may be gone
            if (waiter instanceof BarrierTask<?> errand) {
                flush();
                errand.run(resumptions);
            } else {
                @SuppressWarnings("unchecked") // the queue has nothing else
                Submission<K, V, ?> pending = (Submission<K, V, ?>) waiter;
                judge(pending);
            }
            waiter = next;
        }
        flush();
    }

    private void judge(Submission<K, V, ?> pending) {
        StoreException.ReadOnly failed = failure;
        if (failed != null) {
            pending.fail(readOnly(failed), resumptions);
            return;
        }
        try {
            pending.judge(transaction);
            Commit<K, V> commit = transaction.commit();
            if (commit != null) {
                stage(commit);
            }
        } catch (RuntimeException e) {
            transaction.rollback();
            pending.judged(e);
        } catch (Error e) {
            transaction.rollback();
            pending.judged(new IllegalStateException(e));
        }
        group.add(pending);
    }

    /** Takes a commit into the group. */
    private void stage(Commit<K, V> commit) {
        long size = codec.size(commit);
        if (size > commitBytesMax) {
            throw new StoreException.TooLarge("a commit may have " + commitBytesMax + " bytes here, and this one has "
                    + size + "; split it, or start with more memory");
        }
        table.checkRoom(commit);
        if (groupBytes > 0 && groupBytes + size > GROUP_BYTES) {
            flush();
            if (failure != null) {
                throw readOnly(failure);
            }
        }
        LogRecord record = codec.record(commit, (int) size);
        commits.add(commit);
        records.add(record);
        groupBytes += size;
        transaction.end();
    }

    /** What a caller gets to see of a failure: an exception of its own. */
    static StoreException.ReadOnly readOnly(Throwable cause) {
        return new StoreException.ReadOnly(
                cause instanceof StoreException.ReadOnly failed
                        ? String.valueOf(failed.getMessage())
                        : "an earlier write failed, so the store takes no writes until it is restarted: "
                                + message(cause),
                isDiskFull(cause),
                cause);
    }

    /** Makes the group durable, visible and answered. */
    private void flush() {
        try {
            if (!commits.isEmpty()) {
                log();
                awaitRoom();
                table.apply(commits);
                for (Commit<K, V> commit : commits) {
                    changesSinceCheckpoint += commit.effects().size();
                    observers.tell(commit);
                }
                bytesSinceCheckpoint += groupBytes;
                groups.add(commits.size());
            }
            for (Submission<K, V, ?> pending : group) {
                pending.answer(resumptions);
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
            for (Submission<K, V, ?> pending : group) {
                pending.fail(
                        new StoreException.OutcomeUnknown(
                                "the change could not be written, and whether it is there after a restart is unknown: "
                                        + message(e),
                                isDiskFull(e),
                                e),
                        resumptions);
            }
        } finally {
            group.clear();
            commits.clear();
            records.clear();
            groupBytes = 0;
            transaction.settled();
        }
        resumptions.handOver();
    }

    private void log() throws IOException {
        checkGroup();
        journal.append(records);
        if (durability == Durability.ALWAYS) {
            force();
        } else if (durability == Durability.INTERVAL && forceDeadline == Long.MAX_VALUE) {
            forceDeadline = nanoClock.getAsLong() + INTERVAL_NANOS;
        }
    }

    private void force() throws IOException {
        if (journal.isForced()) {
            return;
        }
        long began = nanoClock.getAsLong();
        journal.force();
        forces.add(nanoClock.getAsLong() - began);
    }

    /** That the log and the table will get the same: memory that ran out while the group was put together may have broken it. */
    private void checkGroup() throws IOException {
        long revision = journal.nextRevision();
        for (Commit<K, V> commit : commits) {
            if (commit.revision() != revision++) {
                throw new IOException("a group of commits is not whole: memory ran out");
            }
        }
        if (records.size() != commits.size()) {
            throw new IOException("a group of commits is not whole: memory ran out");
        }
    }

    private void forceIfDue() throws IOException {
        if (forceDeadline != Long.MAX_VALUE && nanoClock.getAsLong() - forceDeadline >= 0) {
            forceDeadline = Long.MAX_VALUE;
            if (failure == null) {
                force();
            }
        }
    }

    /** Waits while the table can take no more: the checkpoint under way makes room. */
    private void awaitRoom() throws IOException {
        while (checkpointing.isFull()) {
            if (durability == Durability.INTERVAL) {
                force(); // waiting may take longer than the interval
            }
            try {
                beginCheckpoint().done().join();
            } catch (CompletionException e) {
                throw new IOException("a checkpoint failed", e.getCause());
            }
            endCheckpoint();
        }
    }

    private void checkpointIfDue() {
        endCheckpoint();
        if (failure == null
                && checkpoint == null
                && checkpointing.isDue(changesSinceCheckpoint, bytesSinceCheckpoint)) {
            beginCheckpoint();
        }
    }

    /** The checkpoint under way, or a new one. */
    private Begun beginCheckpoint() {
        endCheckpoint();
        CompletableFuture<Long> running = checkpoint;
        if (running != null) {
            return new Begun(running, false);
        }
        StoreException.ReadOnly failed = failure;
        if (failed != null) {
            throw readOnly(failed);
        }
        Checkpointing.Checkpoint begun;
        try {
            force(); // the table on disk is never ahead of the log
            begun = checkpointing.begin();
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
            throw readOnly(e);
        }
        changesSinceCheckpoint = 0;
        bytesSinceCheckpoint = 0;
        CompletableFuture<Long> done = new CompletableFuture<>();
        checkpoint = done;
        Thread worker = new Thread(() -> write(begun, done), "kvstore-checkpoint");
        worker.setDaemon(true);
        worker.start();
        return new Begun(done, true);
    }

    private void write(Checkpointing.Checkpoint begun, CompletableFuture<Long> done) {
        try {
            done.complete(begun.write(() -> between(this::point)));
        } catch (StoreException.Closed e) {
            LOG.log(System.Logger.Level.DEBUG, "the store was closed while a checkpoint was written");
            done.completeExceptionally(e);
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
            done.completeExceptionally(new StoreException.ReadOnly(
                    "a checkpoint failed, so the store takes no writes until it is restarted: " + message(e),
                    isDiskFull(e),
                    e));
        }
        queue.wake();
    }

    /**
     * Takes note of a checkpoint that has ended, and lets go of the log that it stands for.
     *
     * @return whether there was one
     */
    private boolean endCheckpoint() {
        CompletableFuture<Long> ended = checkpoint;
        if (ended == null || !ended.isDone()) {
            return false;
        }
        checkpoint = null;
        if (!ended.isCompletedExceptionally()) {
            try {
                journal.drop(ended.join());
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }
        return true;
    }

    /**
     * As {@link Checkpointing.Fence#reach}, for who is on the committing thread.
     *
     * @throws StoreException.ReadOnly when a write failed, or the force that this takes
     */
    Checkpointing.Point point() {
        StoreException.ReadOnly failed = failure;
        if (failed != null) {
            throw readOnly(failed);
        }
        try {
            force();
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
            throw readOnly(e);
        }
        return new Checkpointing.Point(table.revision(), table.size());
    }

    /** Takes no writes from now on. On the committing thread, or that of a checkpoint. */
    synchronized void fail(Throwable cause) {
        if (failure != null) {
            return;
        }
        failure = readOnly(cause);
        LOG.log(System.Logger.Level.ERROR, "a write failed; the store takes no writes until it is restarted", cause);
    }

    private static String message(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Whether an error comes of a disk that has no space left. */
    static boolean isDiskFull(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            String message = each.getMessage();
            if (each instanceof IOException && message != null && message.contains("No space left")) {
                return true;
            }
        }
        return false;
    }
}
