package io.kvstore.storage;

import io.kvstore.store.StoreException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Begins a checkpoint when one is due, writes it in the background, and drops the log that it covers.
 *
 * <p>For the committing thread, unless a method says otherwise.
 */
final class CheckpointScheduler {

    private static final System.Logger LOG = System.getLogger(CheckpointScheduler.class.getName());

    /**
     * A checkpoint in progress.
     *
     * @param done completes with the revision that the checkpoint covers
     * @param isNew whether it began only now
     */
    private record Running(CompletableFuture<Long> done, boolean isNew) {}

    private final Table<?, ?> table;
    private final CommitLog<?, ?> log;
    private final LogForcer forcer;
    private final Checkpointing checkpointing;
    private final CommitQueue queue;
    private final WriteFailure failure;
    private long changesSince;
    private long bytesSince;
    private @Nullable CompletableFuture<Long> running;

    /**
     * @param changesToReplay changes that the log has after the last checkpoint
     * @param bytesToReplay the encoded size of their commits
     */
    CheckpointScheduler(
            Table<?, ?> table,
            CommitLog<?, ?> log,
            LogForcer forcer,
            Checkpointing checkpointing,
            CommitQueue queue,
            WriteFailure failure,
            long changesToReplay,
            long bytesToReplay) {
        this.table = table;
        this.log = log;
        this.forcer = forcer;
        this.checkpointing = checkpointing;
        this.queue = queue;
        this.failure = failure;
        this.changesSince = changesToReplay;
        this.bytesSince = bytesToReplay;
    }

    /** Counts commits that were applied since the last checkpoint. */
    void countCommits(long changes, long bytes) {
        changesSince += changes;
        bytesSince += bytes;
    }

    /** Finishes the checkpoint in progress if it is written, and begins another if one is due. */
    void beginIfDue() {
        finish();
        if (!failure.isSet() && running == null && checkpointing.isDue(changesSince, bytesSince)) {
            begin();
        }
    }

    /** Waits while the table has no room for another commit; a checkpoint makes room. */
    void awaitRoom() throws IOException {
        while (checkpointing.isFull()) {
            forcer.forceBeforeWait();
            try {
                begin().done().join();
            } catch (CompletionException e) {
                throw new IOException("a checkpoint failed", e.getCause());
            }
            finish();
        }
    }

    /**
     * Writes a checkpoint that covers all commits before the call, and waits for it. From any thread but the committing
     * one.
     *
     * @throws StoreException.ReadOnly if it failed
     */
    void writeNow() {
        Running checkpoint;
        do { // one that was in progress already may not cover the newest commits
            checkpoint = queue.runBetweenGroups(this::begin);
            await(checkpoint.done());
            queue.runBetweenGroups(this::finish);
        } while (!checkpoint.isNew());
    }

    private static void await(CompletableFuture<Long> done) {
        try {
            done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException known) {
                throw known;
            }
            throw e;
        }
    }

    /**
     * Waits for the checkpoint in progress, if any, whether or not it succeeds. From any thread but the committing one.
     */
    void awaitRunning() {
        queue.<Optional<CompletableFuture<Long>>>runBetweenGroups(() -> Optional.ofNullable(running))
                .ifPresent(done -> done.handle((revision, error) -> error).join());
    }

    /** Waits for a checkpoint that is in progress when the committing thread ends, and records its failure. */
    void awaitLast() {
        CompletableFuture<Long> last = running;
        if (last != null) {
            Throwable error = last.handle((revision, thrown) -> thrown).join();
            if (error != null && !(error instanceof StoreException.Closed)) {
                failure.set(error);
            }
        }
    }

    /** Writes a checkpoint, if there were commits since the last one, after the committing thread has ended. */
    void writeLast() throws IOException {
        if (changesSince > 0) {
            forcer.force();
            log.drop(checkpointing.begin().write(this::point));
        }
    }

    /** Returns the checkpoint in progress, or begins one. */
    private Running begin() {
        finish();
        CompletableFuture<Long> present = running;
        if (present != null) {
            return new Running(present, false);
        }
        failure.check();
        Checkpointing.Checkpoint checkpoint;
        try {
            forcer.force(); // the table on disk must never be ahead of the log
            checkpoint = checkpointing.begin();
        } catch (IOException | RuntimeException | Error e) {
            failure.set(e);
            throw WriteFailure.readOnly(e);
        }
        changesSince = 0;
        bytesSince = 0;
        CompletableFuture<Long> done = new CompletableFuture<>();
        running = done;
        Thread worker = new Thread(() -> write(checkpoint, done), "kvstore-checkpoint");
        worker.setDaemon(true);
        worker.start();
        return new Running(done, true);
    }

    /** Runs on the checkpoint's own thread. */
    private void write(Checkpointing.Checkpoint checkpoint, CompletableFuture<Long> done) {
        try {
            done.complete(checkpoint.write(() -> queue.runBetweenGroups(this::point)));
        } catch (StoreException.Closed e) {
            LOG.log(System.Logger.Level.DEBUG, "the store was closed while a checkpoint was written");
            done.completeExceptionally(e);
        } catch (IOException | RuntimeException | Error e) {
            failure.set(e);
            done.completeExceptionally(new StoreException.ReadOnly(
                    "a checkpoint failed, so the store accepts no writes until it is restarted: "
                            + WriteFailure.message(e),
                    WriteFailure.isDiskFull(e),
                    e));
        }
        queue.wake();
    }

    /**
     * Finishes the checkpoint in progress if it is written: drops the log that it covers.
     *
     * @return whether one was written
     */
    boolean finish() {
        CompletableFuture<Long> written = running;
        if (written == null || !written.isDone()) {
            return false;
        }
        running = null;
        if (!written.isCompletedExceptionally()) {
            try {
                log.drop(written.join());
            } catch (IOException | RuntimeException e) {
                failure.set(e);
            }
        }
        return true;
    }

    /**
     * Returns the present state of the table, after making its commits durable; see {@link Checkpointing.Fence#reach}.
     *
     * @throws StoreException.ReadOnly if a write failed before, or this force failed
     */
    Checkpointing.Point point() {
        failure.check();
        try {
            forcer.force();
        } catch (IOException | RuntimeException | Error e) {
            failure.set(e);
            throw WriteFailure.readOnly(e);
        }
        return new Checkpointing.Point(table.revision(), table.size());
    }
}
