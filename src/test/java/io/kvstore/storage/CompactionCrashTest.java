package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.SimulatedDisk.Operation;
import io.kvstore.storage.CrashExplorer.Fault;
import io.kvstore.store.Durability;
import io.kvstore.store.StorageMode;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A compaction loses no acknowledged change, whichever operation of the disk fails. */
final class CompactionCrashTest {

    private static final Logger LOGGER = Logger.getLogger("io.kvstore.storage");

    @BeforeAll
    static void silenceExpectedFailures() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void restoreLogging() {
        LOGGER.setLevel(null);
    }

    private static CrashExplorer compacting(StorageMode mode, Durability durability) {
        return CrashExplorerTest.explorer(mode, durability, CrashScript.compacting(mode.number(), 1, 700), 3, 1);
    }

    @Test
    void compaction_survivesACrashAtEveryOperation() {
        CrashExplorer explorer = compacting(StorageMode.PERSISTENT, Durability.ALWAYS);
        explorer.injectEverywhere(Fault.CRASH);
        explorer.injectEverywhere(Fault.CRASH_WITHIN_WRITE);
    }

    @Test
    void compaction_survivesAFailureOfEveryOperation() {
        CrashExplorer explorer = compacting(StorageMode.CACHED, Durability.NEVER);
        explorer.injectEverywhere(Fault.FAILURE);
        explorer.injectEverywhere(Fault.FAILURES);
    }

    @Test
    void compaction_survivesAFailureOfEveryRead() {
        compacting(StorageMode.PERSISTENT, Durability.ALWAYS).injectEverywhere(Fault.FAILURE_OF_READING);
    }

    @Test
    void compaction_survivesAFullDisk() {
        compacting(StorageMode.PERSISTENT, Durability.ALWAYS).injectEverywhere(Fault.FULL_DISK);
    }

    @Test
    void explorer_findsThatTheReplacementOfTheFormatIsNotForced() {
        CrashExplorer explorer =
                compacting(StorageMode.PERSISTENT, Durability.ALWAYS).ignoring(Operation.FORCE_FOLDER);
        assertThatThrownBy(() -> explorer.injectEverywhere(Fault.CRASH)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @CsvSource({"PERSISTENT,ALWAYS,1", "PERSISTENT,INTERVAL,2", "CACHED,NEVER,3", "CACHED,ALWAYS,4"})
    @Tag("stress")
    void compactions_surviveEveryFault(StorageMode mode, Durability durability, long seed) {
        CrashExplorer explorer = CrashExplorerTest.explorer(
                mode, durability, CrashScript.compacting(seed, 2, seed % 2 == 0 ? 70_000 : 300), 20, 4);
        for (Fault fault : Fault.values()) {
            explorer.injectEverywhere(fault);
        }
    }
}
