package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.store.Commit;
import io.kvstore.store.Durability;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Group commit and checkpoints over a log that accepts, rejects and fails as the test says. */
@Timeout(60)
class GroupCommitTest {

    /** A log in memory. Each {@link #append} takes the next outcome; without one it accepts the group. */
    private static final class ScriptedLog implements CommitLog<String, String> {
        final Deque<IOException> outcomes = new ArrayDeque<>();
        final List<Commit<String, String>> commits = new ArrayList<>();
        final List<String> calls = new ArrayList<>();
        boolean forced = true;
        private final CommitCodec<String, String> codec = new CommitCodec<>(TestCodecs.FORMAT);

        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public long size(Commit<String, String> commit) {
            return codec.size(commit);
        }

        @Override
        public void append(CommitGroup<String, String> group) throws IOException {
            IOException outcome = outcomes.poll();
            if (outcome != null) {
                throw outcome;
            }
            commits.addAll(group.commits());
            forced = false;
        }

        @Override
        public void force() {
            calls.add("force");
            forced = true;
        }

        @Override
        public boolean isForced() {
            return forced;
        }

        @Override
        public Optional<List<Commit<String, String>>> read(long after, long upTo, long bytesMax) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean readEncoded(long after, long upTo, long bytesMax, EncodedCommitReader reader) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long oldestRevision() {
            return 0;
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void roll() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void keepAfter(long revision) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void drop(long checkpoint) {
            calls.add("drop " + checkpoint);
        }

        @Override
        public void seal() {
            calls.add("seal");
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    /** Checkpoints that write nothing. */
    private final class Checkpoints implements Checkpointing {
        volatile boolean full;
        volatile @Nullable IOException failure;
        volatile long revisionAtWrite = -1;

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public boolean isDue(long changesSince, long bytesSince) {
            return false;
        }

        @Override
        public boolean isFull() {
            return full;
        }

        @Override
        public Checkpoint begin() {
            log.calls.add("begin");
            long revision = table.revision();
            return fence -> {
                IOException failing = failure;
                if (failing != null) {
                    throw failing;
                }
                revisionAtWrite = table.revision();
                full = false;
                return revision;
            };
        }
    }

    private static final long COMMIT_BYTES_MAX = 16 << 20;

    private final ScriptedLog log = new ScriptedLog();
    private final MemoryTable<String, String> table = new MemoryTable<>(TestCodecs.FORMAT, Long.MAX_VALUE);
    private final Checkpoints checkpointing = new Checkpoints();
    private final WriteFailure failure = new WriteFailure();
    private CommitQueue queue;
    private CheckpointScheduler checkpoints;
    private GroupCommit<String, String> groupCommit;

    @BeforeEach
    void start() {
        start(Durability.ALWAYS);
    }

    private void restart(Durability durability) throws IOException {
        groupCommit.stop();
        log.calls.clear();
        start(durability);
    }

    private void start(Durability durability) {
        queue = new CommitQueue();
        LogForcer forcer = new LogForcer(log, durability, failure, System::nanoTime);
        checkpoints = new CheckpointScheduler(table, log, forcer, checkpointing, queue, failure, 0, 0);
        groupCommit =
                new GroupCommit<>(table, log, forcer, COMMIT_BYTES_MAX, checkpoints, new Observers<>(), queue, failure);
        groupCommit.start();
    }

    @AfterEach
    void stop() throws IOException {
        groupCommit.stop();
    }

    private PendingCommit<Long> begin(String key, String value) {
        return groupCommit.begin(transaction -> {
            transaction.put(key, value);
            return transaction.revision();
        });
    }

    private static GroupException rejection() {
        return new GroupException(GroupException.Outcome.REJECTED, "this node is not the leader");
    }

    @Test
    void rejectedGroup_changesNothingAndLaterGroupsAreAccepted() {
        log.outcomes.add(rejection());
        PendingCommit<Long> rejected = begin("a", "1");
        assertThatThrownBy(rejected::join)
                .isInstanceOf(StoreException.ReadOnly.class)
                .hasMessageContaining("nothing was changed: this node is not the leader");
        assertThat(table.get("a")).isNull();
        assertThat(failure.get()).isNull();
        assertThat(begin("b", "2").join()).isEqualTo(1);
        assertThat(table.get("b")).isEqualTo("2");
        assertThat(log.commits).hasSize(1);
    }

    @Test
    void groupOfUnknownOutcome_isNotAppliedAndLaterGroupsAreAccepted() {
        log.outcomes.add(new GroupException(GroupException.Outcome.UNKNOWN, "the majority did not answer"));
        PendingCommit<Long> unknown = begin("a", "1");
        assertThatThrownBy(unknown::join)
                .isInstanceOf(StoreException.OutcomeUnknown.class)
                .hasMessageContaining("the majority did not answer");
        assertThat(table.get("a")).isNull();
        assertThat(begin("b", "2").join()).isEqualTo(1);
    }

    @Test
    void anyOtherFailureOfTheLog_isFinal() {
        log.outcomes.add(new IOException("No space left on device"));
        PendingCommit<Long> failed = begin("a", "1");
        assertThatThrownBy(failed::join)
                .isInstanceOfSatisfying(
                        StoreException.OutcomeUnknown.class,
                        e -> assertThat(e.diskFull()).isTrue());
        PendingCommit<Long> later = begin("b", "2");
        assertThatThrownBy(later::join).isInstanceOf(StoreException.ReadOnly.class);
        assertThatThrownBy(checkpoints::writeNow).isInstanceOf(StoreException.ReadOnly.class);
        assertThatThrownBy(() -> queue.runBetweenGroups(checkpoints::point))
                .isInstanceOf(StoreException.ReadOnly.class);
        assertThat(table.size()).isZero();
        assertThat(log.calls).isEmpty();
    }

    @Test
    void changeEvaluatedOnARejectedGroup_isRejected() {
        String half = "v".repeat(5 << 20); // two of these do not fit into a group
        log.outcomes.add(rejection());
        List<PendingCommit<Long>> pending = new ArrayList<>();
        queue.runBetweenGroups(() -> {
            pending.add(begin("a", half));
            pending.add(groupCommit.begin(transaction -> {
                transaction.put("b", half + transaction.get("a"));
                return transaction.revision();
            }));
            return true;
        });
        for (PendingCommit<Long> each : pending) {
            assertThatThrownBy(each::join).isInstanceOf(StoreException.ReadOnly.class);
        }
        assertThat(log.commits).isEmpty();
        assertThat(table.size()).isZero();
    }

    @Test
    void group_isAppliedOnlyAfterTheTableHasRoom() {
        checkpointing.full = true;
        begin("a", "1").join();
        assertThat(checkpointing.revisionAtWrite).isZero();
        assertThat(table.revision()).isEqualTo(1);
    }

    @Test
    void failedCheckpoint_isFinalForTheGroupThatWaitsForRoom() {
        checkpointing.full = true;
        checkpointing.failure = new IOException("the disk failed");
        PendingCommit<Long> waiting = begin("a", "1");
        assertThatThrownBy(waiting::join)
                .isInstanceOf(StoreException.OutcomeUnknown.class)
                .hasMessageContaining("a checkpoint failed");
        assertThat(table.size()).isZero();
        assertThat(failure.get()).isNotNull();
    }

    @Test
    void checkpoint_beginsAfterTheLogIsForced() throws IOException {
        restart(Durability.NEVER);
        begin("a", "1").join();
        assertThat(log.calls).isEmpty();
        checkpoints.writeNow();
        assertThat(log.calls).containsExactly("force", "begin", "drop 1");
    }

    @Test
    void point_isOfForcedCommits() throws IOException {
        restart(Durability.NEVER);
        begin("a", "1").join();
        Checkpointing.Point point = queue.runBetweenGroups(checkpoints::point);
        assertThat(point).isEqualTo(new Checkpointing.Point(1, 1));
        assertThat(log.calls).containsExactly("force");
    }
}
