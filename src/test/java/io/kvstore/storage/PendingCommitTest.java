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

/** Going on after a commit that no thread waits for. */
@Tag("contract")
@Timeout(60)
class PendingCommitTest {

    private final SimulatedDisk simulated = new SimulatedDisk();
    private final PausableDisk disk = new PausableDisk(simulated);
    private final BlockingQueue<List<Runnable>> resumed = new LinkedBlockingQueue<>();
    private final CompletionExecutor resumer = resumed::add;
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

    /** Has the committing thread wait for the disk, with a commit of its own. */
    private void hold() throws InterruptedException {
        disk.pause();
        begin("held");
        disk.awaitForce();
    }

    @Test
    void task_isHandedOverWhenTheCommitIsForced() throws InterruptedException {
        disk.pause();
        PendingCommit<Long> commit = begin("a");
        List<Long> revisions = new ArrayList<>();
        assertThat(commit.onComplete(resumer, () -> revisions.add(commit.join())))
                .isTrue();
        disk.awaitForce();
        assertThat(resumed).as("before the force").isEmpty();
        disk.resume();
        List<Runnable> tasks = resumed.take();
        assertThat(store.get("a")).isEqualTo("value");
        tasks.forEach(Runnable::run);
        assertThat(revisions).containsExactly(1L);
    }

    @Test
    void tasks_ofAGroupAreHandedOverAtOnce() throws InterruptedException {
        hold();
        for (int i = 0; i < 100; i++) {
            assertThat(begin("key" + i).onComplete(resumer, () -> {})).isTrue();
        }
        disk.resume();
        assertThat(resumed.take()).hasSize(100);
        assertThat(store.size()).isEqualTo(101);
    }

    @Test
    void tasks_areHandedToTheirOwnResumers() throws InterruptedException {
        BlockingQueue<List<Runnable>> others = new LinkedBlockingQueue<>();
        CompletionExecutor another = others::add;
        hold();
        for (int i = 0; i < 10; i++) {
            begin("key" + i).onComplete(i % 3 == 0 ? another : resumer, () -> {});
        }
        disk.resume();
        assertThat(resumed.take()).hasSize(6);
        assertThat(others.take()).hasSize(4);
    }

    @Test
    void whenOver_isFalseWhenItIsOver() {
        PendingCommit<Long> commit = begin("a");
        begin("b").join();
        assertThat(commit.onComplete(resumer, () -> {})).isFalse();
        assertThat(commit.join()).isEqualTo(1);
        assertThat(resumed).isEmpty();
    }

    @Test
    void whenOver_isFalseInMemory() {
        try (CommitStore<String, String> memory = Stores.open(StoreOptions.of(TextCodec.FORMAT))) {
            PendingCommit<Long> commit = memory.begin(transaction -> {
                transaction.put("a", "value");
                return transaction.revision();
            });
            assertThat(commit.onComplete(resumer, () -> {})).isFalse();
            assertThat(commit.join()).isEqualTo(1);
        }
    }

    @Test
    void task_isHandedOverWhenTheForceFails() throws InterruptedException {
        disk.pause();
        PendingCommit<Long> commit = begin("a");
        commit.onComplete(resumer, () -> {});
        disk.awaitForce();
        simulated.failAt(1, Operation.CHANGES);
        disk.resume();
        assertThat(resumed.take()).hasSize(1);
        assertThatThrownBy(commit::join).isInstanceOf(StoreException.OutcomeUnknown.class);
        assertThat(store.get("a")).isNull();
        PendingCommit<Long> later = begin("b");
        if (later.onComplete(resumer, () -> {})) {
            assertThat(resumed.take()).hasSize(1);
        }
        assertThatThrownBy(later::join).isInstanceOf(StoreException.ReadOnly.class);
    }

    @Test
    void task_isHandedOverWhenTheStoreIsClosed() throws InterruptedException {
        hold();
        begin("a").onComplete(resumer, () -> {});
        Thread closing = new Thread(store::close);
        closing.start();
        disk.resume();
        assertThat(resumed.take()).hasSize(1);
        closing.join();
    }

    @Test
    void resumerThatTakesNothingAnyMore_harmsNobody() throws InterruptedException {
        hold();
        begin("a")
                .onComplete(
                        tasks -> {
                            throw new RejectedExecutionException("it is stopped");
                        },
                        () -> {});
        begin("b").onComplete(resumer, () -> {});
        disk.resume();
        assertThat(resumed.take()).hasSize(1);
        assertThat(begin("c").join()).isEqualTo(4);
        assertThat(store.failure()).isNull();
    }
}
