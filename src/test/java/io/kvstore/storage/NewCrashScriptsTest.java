package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.storage.CrashExplorer.Fault;
import io.kvstore.store.Durability;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.Seed;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Explores crash scripts that are new in each run. A script and everything else of a case, its mode, durability and number of
 * outcomes, is derived from one seed.
 *
 * <p>The system property {@code explorer.scripts} sets the number of scripts, and {@code explorer.minutes} the time after
 * which no further script begins.
 */
final class NewCrashScriptsTest {

    private static final int SCRIPTS = Integer.getInteger("explorer.scripts", 120);
    private static final Duration LIMIT = Duration.ofMinutes(Integer.getInteger("explorer.minutes", 60));
    private static final List<StorageMode> MODES =
            List.of(StorageMode.PERSISTENT, StorageMode.CACHED, StorageMode.LOGGED);
    private static final List<Durability> DURABILITIES = List.of(Durability.values());

    private static final Logger LOGGER = Logger.getLogger("io.kvstore.storage");

    @BeforeAll
    static void silenceExpectedFailures() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void restoreLogging() {
        LOGGER.setLevel(null);
    }

    private static StorageMode mode(long seed) {
        return MODES.get(Math.floorMod(seed, MODES.size()));
    }

    private static Durability durability(long seed) {
        return DURABILITIES.get(Math.floorMod(Math.floorDiv(seed, MODES.size()), DURABILITIES.size()));
    }

    private static CrashExplorer explorer(long seed) {
        Random random = new Random(seed);
        int valueBytes = random.nextInt(4) == 0 ? 70_000 : 300 + random.nextInt(1_000);
        boolean compacts = mode(seed) != StorageMode.LOGGED && random.nextInt(4) == 0;
        CrashScript script = compacts
                ? CrashScript.compacting(seed, 1, valueBytes)
                : CrashScript.random(seed, 12 + random.nextInt(19), 2 + random.nextInt(12), valueBytes);
        return CrashExplorerTest.explorer(
                mode(seed), durability(seed), script, 4 + random.nextInt(9), 1 + random.nextInt(2));
    }

    @Test
    @Tag("stress")
    void store_survivesEveryFaultInNewScripts() {
        long first = Seed.draw("NewCrashScriptsTest");
        long begin = System.nanoTime();
        Map<StorageMode, Integer> scripts = new EnumMap<>(StorageMode.class);
        long checks = 0;
        for (long seed = first; seed < first + SCRIPTS && System.nanoTime() - begin < LIMIT.toNanos(); seed++) {
            checks += exploreAll(seed);
            scripts.merge(mode(seed), 1, Integer::sum);
        }
        System.out.println("NewCrashScriptsTest: scripts " + scripts + ", " + checks + " disks checked");
        assertThat(scripts).isNotEmpty();
    }

    /** @return the number of disks that were opened and found correct */
    private static long exploreAll(long seed) {
        CrashExplorer explorer = explorer(seed);
        for (Fault fault : Fault.values()) {
            try {
                explorer.injectEverywhere(fault);
            } catch (AssertionError e) {
                throw new AssertionError(
                        "mode " + mode(seed).label() + ", durability "
                                + durability(seed).label() + ", " + fault + ": add its seed, " + fault
                                + " and the number of the operation to foundFault_isSurvived: " + e.getMessage(),
                        e);
            }
        }
        return explorer.checks();
    }

    /** Keeps the cases that failed in earlier runs. The first one did not fail; it checks that a case can be repeated. */
    @ParameterizedTest
    @CsvSource({"1,CRASH,1"})
    void foundFault_isSurvived(long seed, Fault fault, long operation) {
        assertThat(explorer(seed).inject(fault, operation)).isTrue();
    }
}
