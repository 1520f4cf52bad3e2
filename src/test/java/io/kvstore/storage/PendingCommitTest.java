package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.PausableDisk;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.disk.SimulatedDisk.Operation;
import io.kvstore.store.CommitStore;
import io.kvstore.store.CompletionExecutor;
import io.kvstore.store.Durability;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests tasks that run when a commit completes, so that no thread has to wait for it. */
@Tag("contract")
@Timeout(60)
class PendingCommitTest {

    private final SimulatedDisk simulated = new SimulatedDisk();
    private final PausableDisk disk = new PausableDisk(simulated);
    private final BlockingQueue<List<Runnable>> executed = new LinkedBlockingQueue<>();
    private final CompletionExecutor executor = executed::add;
    private CommitStore<String, String> store;

    @BeforeEach
    void open() {
        store = Stores.open(StoreOptions.of(TextCodec.FORMAT)
                .mode(StorageMode.LOGGED, Path.of("/data"))
                .durability(Durability.ALWAYS)
                .disk(disk));
    }

    @AfterEach
    void close() {
        disk.resume();
        store.close();
    }

    private PendingCommit<Long> begin(String key) {
        return store.begin(transaction -> {
            transaction.put(key, "value");
            return transaction.revision();
        });
    }

    /** Begins a commit and returns while the committing thread waits for the disk. */
    private void blockCommittingThread() throws InterruptedException {
        disk.pause();
        begin("held");
        disk.awaitForce();
    }

    @Test
    void task_isExecutedWhenTheCommitIsForced() throws InterruptedException {
        disk.pause();
        PendingCommit<Long> commit = begin("a");
        List<Long> revisions = new ArrayList<>();
        assertThat(commit.onComplete(executor, () -> revisions.add(commit.join())))
                .isTrue();
        disk.awaitForce();
        assertThat(executed).as("before the force").isEmpty();
        disk.resume();
        List<Runnable> tasks = executed.take();
        assertThat(store.get("a")).isEqualTo("value");
        tasks.forEach(Runnable::run);
        assertThat(revisions).containsExactly(1L);
    }

    @Test
    void tasks_ofAGroupAreExecutedInOneCall() throws InterruptedException {
        blockCommittingThread();
        for (int i = 0; i < 100; i++) {
            assertThat(begin("key" + i).onComplete(executor, () -> {})).isTrue();
        }
        disk.resume();
        assertThat(executed.take()).hasSize(100);
        assertThat(store.size()).isEqualTo(101);
    }

    @Test
    void tasks_areExecutedByTheirOwnExecutors() throws InterruptedException {
        BlockingQueue<List<Runnable>> others = new LinkedBlockingQueue<>();
        CompletionExecutor otherExecutor = others::add;
        blockCommittingThread();
        for (int i = 0; i < 10; i++) {
            begin("key" + i).onComplete(i % 3 == 0 ? otherExecutor : executor, () -> {});
        }
        disk.resume();
        assertThat(executed.take()).hasSize(6);
        assertThat(others.take()).hasSize(4);
    }

    @Test
    void onComplete_isFalseIfTheCommitIsComplete() {
        PendingCommit<Long> commit = begin("a");
        begin("b").join();
        assertThat(commit.onComplete(executor, () -> {})).isFalse();
        assertThat(commit.join()).isEqualTo(1);
        assertThat(executed).isEmpty();
    }

    @Test
    void onComplete_isFalseInMemory() {
        try (CommitStore<String, String> memory = Stores.open(StoreOptions.of(TextCodec.FORMAT))) {
            PendingCommit<Long> commit = memory.begin(transaction -> {
                transaction.put("a", "value");
                return transaction.revision();
            });
            assertThat(commit.onComplete(executor, () -> {})).isFalse();
            assertThat(commit.join()).isEqualTo(1);
        }
    }

    @Test
    void task_isExecutedWhenTheForceFails() throws InterruptedException {
        disk.pause();
        PendingCommit<Long> commit = begin("a");
        commit.onComplete(executor, () -> {});
        disk.awaitForce();
        simulated.failAt(1, Operation.CHANGES);
        disk.resume();
        assertThat(executed.take()).hasSize(1);
        assertThatThrownBy(commit::join).isInstanceOf(StoreException.OutcomeUnknown.class);
        assertThat(store.get("a")).isNull();
        PendingCommit<Long> later = begin("b");
        if (later.onComplete(executor, () -> {})) {
            assertThat(executed.take()).hasSize(1);
        }
        assertThatThrownBy(later::join).isInstanceOf(StoreException.ReadOnly.class);
    }

    @Test
    void task_isExecutedWhenTheStoreIsClosed() throws InterruptedException {
        blockCommittingThread();
        begin("a").onComplete(executor, () -> {});
        Thread closing = new Thread(store::close);
        closing.start();
        disk.resume();
        assertThat(executed.take()).hasSize(1);
        closing.join();
    }

    @Test
    void executorThatRejectsTasks_doesNotAffectOtherCommits() throws InterruptedException {
        blockCommittingThread();
        begin("a")
                .onComplete(
                        tasks -> {
                            throw new RejectedExecutionException("the executor is shut down");
                        },
                        () -> {});
        begin("b").onComplete(executor, () -> {});
        disk.resume();
        assertThat(executed.take()).hasSize(1);
        assertThat(begin("c").join()).isEqualTo(4);
        assertThat(store.failure()).isNull();
    }
}
