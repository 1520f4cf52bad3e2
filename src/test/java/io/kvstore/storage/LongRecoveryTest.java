package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.SimulatedDisk;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Durability;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Replays a log with more changes than fit in the memory for changed pages, so that the replay writes checkpoints. A
 * power cut during the replay leaves a store with a prefix of the changes, and with all of them if every commit is
 * forced.
 */
class LongRecoveryTest {

    private static final int COMMITS = 24;
    private static final String VALUE = "v".repeat(60_000);
    private static final int OUTCOMES = 6;

    private final StoreBounds bounds =
            StoreBounds.of(1 << 30).withChangedPages(1 << 20).withSegment(256 << 10);

    private CommitStore<String, String> open(SimulatedDisk disk, Durability durability) {
        return Stores.open(
                TestCodecs.options()
                        .mode(StorageMode.PERSISTENT, Path.of("/data"))
                        .durability(durability)
                        .disk(disk),
                bounds);
    }

    /** Returns the disk of a process that was killed after it wrote a log, but before it wrote a checkpoint. */
    private SimulatedDisk killed(Durability durability) {
        SimulatedDisk disk = new SimulatedDisk();
        // enough memory for all changed pages, so that no checkpoint is written
        CommitStore<String, String> store = Stores.open(
                TestCodecs.options()
                        .mode(StorageMode.PERSISTENT, Path.of("/data"))
                        .durability(durability)
                        .disk(disk),
                StoreBounds.of(1 << 30));
        for (int i = 0; i < COMMITS; i++) {
            store.put("key" + i, VALUE + i);
        }
        return disk.afterKill();
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void powerCut_duringOpenLosesNoForcedCommit(Durability durability) {
        SimulatedDisk killed = killed(durability);
        int powerCuts = 0;
        for (int n = 1; ; n++) {
            SimulatedDisk again = killed.copy();
            again.crashAt(n);
            try {
                open(again, durability).close();
            } catch (RuntimeException | Error e) {
                assertThat(again.crashed()).as("%s", e).isTrue();
            }
            if (!again.crashed()) {
                break;
            }
            for (SimulatedDisk outcome : again.afterPowerCut(n, OUTCOMES)) {
                powerCuts++;
                String where = durability + ", power cut at change " + n + " of opening, " + again.faultPoint();
                check(outcome, durability, where);
            }
        }
        assertThat(powerCuts).as("power cuts").isGreaterThan(100);
    }

    private void check(SimulatedDisk disk, Durability durability, String where) {
        try (CommitStore<String, String> store = open(disk, durability)) {
            long size = store.size();
            for (int i = 0; i < size; i++) {
                assertThat(store.get("key" + i)).as(where).isEqualTo(VALUE + i);
            }
            if (durability == Durability.ALWAYS) {
                assertThat(size).as(where).isEqualTo(COMMITS);
            }
        } catch (StoreException e) {
            throw new AssertionError(where, e);
        }
    }
}
