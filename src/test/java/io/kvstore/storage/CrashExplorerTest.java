package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.SimulatedDisk.Operation;
import io.kvstore.storage.CrashExplorer.Fault;
import io.kvstore.store.Durability;
import io.kvstore.store.StorageMode;
import java.util.SplittableRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** No acknowledged change is lost, whichever operation of the disk crashes or fails; each one does once. */
final class CrashExplorerTest {

    private static final long WINDOW_BYTES = 64 << 10;

    /**
     * Small, because a simulated mapping takes as much memory as it covers, and the store is opened about 10,000 times.
     */
    private static final StoreBounds BOUNDS =
            StoreBounds.of(Runtime.getRuntime().maxMemory()).withPageWindow(WINDOW_BYTES);

    private static final Logger LOGGER = Logger.getLogger("io.kvstore.storage");

    @BeforeAll
    static void silenceExpectedFailures() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void restoreLogging() {
        LOGGER.setLevel(null);
    }

    static CrashExplorer explorer(
            StorageMode mode, Durability durability, CrashScript script, int outcomes, int recoveries) {
        SplittableRandom random = new SplittableRandom(script.seed());
        StoreOptions<String, String> options = StoreOptions.of(TextCodec.FORMAT)
                .durability(durability)
                .cacheCapacity(3)
                .history(20, 1 << 20)
                .random(random::nextLong);
        return new CrashExplorer(
                (disk, folder) -> Stores.open(options.disk(disk).mode(mode, folder), BOUNDS),
                durability,
                script,
                outcomes,
                recoveries);
    }

    private static CrashExplorer explorer(StorageMode mode, Durability durability) {
        boolean whole = durability == Durability.ALWAYS && mode != StorageMode.CACHED;
        CrashScript script = CrashScript.random(mode.number(), whole ? 14 : 12, 7, 700);
        return explorer(mode, durability, script, whole ? 6 : 4, 1);
    }

    private static CrashExplorer longScript(StorageMode mode, Durability durability, long seed) {
        return explorer(mode, durability, CrashScript.random(seed, 60, 12, seed % 2 == 0 ? 70_000 : 300), 40, 4);
    }

    @ParameterizedTest
    @CsvSource({"PERSISTENT,ALWAYS", "PERSISTENT,NEVER", "CACHED,ALWAYS", "LOGGED,ALWAYS", "LOGGED,NEVER"})
    void store_survivesACrashAtEveryOperation(StorageMode mode, Durability durability) {
        CrashExplorer explorer = explorer(mode, durability);
        explorer.injectEverywhere(Fault.CRASH);
        explorer.injectEverywhere(Fault.CRASH_WITHIN_WRITE);
    }

    @ParameterizedTest
    @EnumSource(names = {"PERSISTENT", "CACHED", "LOGGED"})
    void store_survivesAFailureOfEveryOperation(StorageMode mode) {
        CrashExplorer explorer = explorer(mode, Durability.ALWAYS);
        explorer.injectEverywhere(Fault.FAILURE);
        explorer.injectEverywhere(Fault.FAILURES);
    }

    @ParameterizedTest
    @EnumSource(names = {"PERSISTENT", "CACHED", "LOGGED"})
    void open_survivesAFailureOfEveryOperation(StorageMode mode) {
        explorer(mode, Durability.ALWAYS).injectEverywhere(Fault.FAILURE_OF_OPENING);
    }

    @ParameterizedTest
    @EnumSource(names = {"PERSISTENT", "CACHED", "LOGGED"})
    void store_survivesAFailureOfEveryRead(StorageMode mode) {
        explorer(mode, Durability.ALWAYS).injectEverywhere(Fault.FAILURE_OF_READING);
    }

    @ParameterizedTest
    @EnumSource(names = {"PERSISTENT", "CACHED", "LOGGED"})
    void store_survivesAFullDisk(StorageMode mode) {
        explorer(mode, Durability.ALWAYS).injectEverywhere(Fault.FULL_DISK);
    }

    /** Found by the long scripts: a power cut that undid the deletion of some old logs, but not of all. */
    @ParameterizedTest
    @CsvSource({"PERSISTENT,ALWAYS,3,279", "LOGGED,ALWAYS,3,132", "LOGGED,NEVER,5,192"})
    void store_survivesTheReturnOfDeletedLogs(StorageMode mode, Durability durability, long seed, long crash) {
        assertThat(longScript(mode, durability, seed).inject(Fault.CRASH, crash))
                .isTrue();
    }

    /* Tests of the explorer itself: it finds lost changes on a disk that ignores forces. */

    @ParameterizedTest
    @EnumSource(names = {"PERSISTENT", "CACHED", "LOGGED"})
    void explorer_findsThatFilesAreNotForced(StorageMode mode) {
        CrashExplorer explorer = explorer(mode, Durability.ALWAYS).ignoring(Operation.FORCE);
        assertThatThrownBy(() -> explorer.injectEverywhere(Fault.CRASH)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"PERSISTENT", "CACHED", "LOGGED"})
    void explorer_findsThatNamesAreNotForced(StorageMode mode) {
        CrashExplorer explorer = explorer(mode, Durability.ALWAYS).ignoring(Operation.FORCE_FOLDER);
        assertThatThrownBy(() -> explorer.injectEverywhere(Fault.CRASH)).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @CsvSource({
        "PERSISTENT,ALWAYS,1", "PERSISTENT,ALWAYS,2", "PERSISTENT,ALWAYS,3", "PERSISTENT,INTERVAL,4",
        "PERSISTENT,NEVER,5", "PERSISTENT,NEVER,6", "CACHED,ALWAYS,7", "CACHED,NEVER,8",
        "LOGGED,ALWAYS,1", "LOGGED,ALWAYS,2", "LOGGED,ALWAYS,3", "LOGGED,INTERVAL,4",
        "LOGGED,NEVER,5", "LOGGED,NEVER,6"
    })
    @Tag("stress")
    void store_survivesEveryFaultInALongScript(StorageMode mode, Durability durability, long seed) {
        CrashExplorer explorer = longScript(mode, durability, seed);
        for (Fault fault : Fault.values()) {
            explorer.injectEverywhere(fault);
        }
    }
}
