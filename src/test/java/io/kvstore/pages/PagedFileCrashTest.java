package io.kvstore.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.SimulatedCrash;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs a short script of writes and checkpoints, and crashes it at every operation of the disk, with many choices of
 * what the disk kept. Opening the files must give the last complete checkpoint, or the whole of the one that was being
 * written.
 */
class PagedFileCrashTest {

    private static final Path FOLDER = Path.of("/data");
    private static final long WINDOW = 16 << 10;
    private static final int PAGE = 4096;
    private static final int PAGES_MAX = 40;

    /** The contents of a file at a checkpoint. */
    private record State(long revision, byte[] contents) {
        boolean matches(PagedFile file) {
            if (file.revision() != revision || file.length() != contents.length) {
                return false;
            }
            byte[] read = new byte[contents.length];
            file.get(0, read, 0, read.length);
            return Arrays.equals(read, contents);
        }
    }

    /** A run of the script, and the states it had reached when it ended or crashed. */
    private static final class Run {
        final SimulatedDisk disk;
        State completed = new State(0, new byte[0]);

        @Nullable
        State started;

        Run(SimulatedDisk disk) {
            this.disk = disk;
        }

        void run(long seed, int rounds) throws IOException {
            Random random = new Random(seed);
            PagedFile file = PagedFile.open(disk, FOLDER, "pages", WINDOW);
            byte[] contents = new byte[0];
            for (int round = 1; round <= rounds; round++) {
                contents = write(file, contents, random);
                PagedFile.Checkpoint checkpoint = file.freeze(round);
                State next = new State(round, contents.clone());
                if (random.nextBoolean()) {
                    contents = write(file, contents, random); // belongs to the next checkpoint
                }
                started = next;
                checkpoint.write();
                completed = next;
                started = null;
            }
            file.close();
        }

        private static byte[] write(PagedFile file, byte[] before, Random random) {
            int length = random.nextInt(3) == 0
                    ? Math.min(PAGES_MAX, before.length / PAGE + 1 + random.nextInt(8)) * PAGE
                    : Math.max(before.length, PAGE);
            file.ensureLength(length);
            byte[] contents = Arrays.copyOf(before, length);
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                byte[] bytes = new byte[1 + random.nextInt(PAGE)];
                random.nextBytes(bytes);
                int at = random.nextInt(length - bytes.length + 1);
                file.put(at, bytes, 0, bytes.length);
                System.arraycopy(bytes, 0, contents, at, bytes.length);
            }
            return contents;
        }

        List<State> allowed() {
            List<State> states = new ArrayList<>();
            states.add(completed);
            if (started != null) {
                states.add(started);
            }
            return states;
        }
    }

    private static SimulatedDisk created() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        disk.createFolders(FOLDER);
        PagedFile.create(disk, FOLDER, "pages", WINDOW).close();
        return disk;
    }

    /**
     * Opens the files that a crash left, checks that they have an allowed state and can be written again, and returns
     * that state.
     */
    private static State check(String where, SimulatedDisk left, List<State> allowed) throws IOException {
        PagedFile file = PagedFile.open(left, FOLDER, "pages", WINDOW);
        State found = null;
        for (State state : allowed) {
            if (state.matches(file)) {
                found = state;
            }
        }
        assertThat(found).as(where + ", " + left).isNotNull();
        file.ensureLength(2 * PAGE);
        file.putLong(PAGE - 4, 42);
        long length = file.length();
        file.freeze(1_000).write();
        file.close();
        PagedFile again = PagedFile.open(left, FOLDER, "pages", WINDOW);
        assertThat(again.revision()).as(where).isEqualTo(1_000);
        assertThat(again.length()).as(where).isEqualTo(length);
        assertThat(again.getLong(PAGE - 4)).as(where).isEqualTo(42);
        again.close();
        return found;
    }

    private static long operations(long seed, int rounds) throws IOException {
        Run whole = new Run(created());
        long before = whole.disk.operations(SimulatedDisk.Operation.CHANGES);
        whole.run(seed, rounds);
        return whole.disk.operations(SimulatedDisk.Operation.CHANGES) - before;
    }

    private static void powerCuts(long seed, int rounds, int limit) throws IOException {
        long operations = operations(seed, rounds);
        assertThat(operations).isGreaterThan(5L * rounds);
        List<ObjLongConsumer<SimulatedDisk>> crashes = List.of(SimulatedDisk::crashAt, SimulatedDisk::crashWithin);
        int cut = 0;
        int keptNew = 0;
        int keptOld = 0;
        for (long n = 1; n <= operations; n++) {
            for (int kind = 0; kind < crashes.size(); kind++) {
                Run run = new Run(created());
                crashes.get(kind).accept(run.disk, n);
                try {
                    run.run(seed, rounds);
                    throw new AssertionError("no crash at operation " + n);
                } catch (SimulatedCrash e) {
                    cut++;
                }
                String where = "seed " + seed + ", cut " + (kind == 0 ? "before" : "within") + " operation " + n + ", "
                        + run.disk.faultPoint();
                check(where, run.disk.afterKill(), run.allowed());
                for (SimulatedDisk left : run.disk.afterPowerCut(seed, limit)) {
                    State found = check(where, left, run.allowed());
                    if (found.revision() > run.completed.revision()) {
                        keptNew++;
                    } else {
                        keptOld++;
                    }
                }
            }
        }
        assertThat(cut).isEqualTo((int) (2 * operations));
        assertThat(keptNew).isPositive();
        assertThat(keptOld).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void write_interruptedAnywhereIsAtomic(long seed) throws IOException {
        powerCuts(seed, 5, 24);
    }

    @Tag("stress")
    @Test
    void write_interruptedAnywhereIsAtomic_long() throws IOException {
        long first = Seed.draw("PagedFileCrashTest, writes");
        for (long seed = first; seed < first + 30; seed++) {
            powerCuts(seed, 12, 200);
        }
    }

    private static void cutsInRecovery(long seed, int rounds, int limit) throws IOException {
        long operations = operations(seed, rounds);
        int recoveries = 0;
        for (long n = 1; n <= operations; n++) {
            Run run = new Run(created());
            run.disk.crashAt(n);
            try {
                run.run(seed, rounds);
                throw new AssertionError("no crash at operation " + n);
            } catch (SimulatedCrash e) {
                // expected
            }
            String where = "seed " + seed + ", cut before operation " + n + ", " + run.disk.faultPoint();
            for (SimulatedDisk left : run.disk.afterPowerCut(seed, limit)) {
                for (long m = 1; ; m++) {
                    SimulatedDisk second = left.copy();
                    second.crashAt(m);
                    try {
                        PagedFile.open(second, FOLDER, "pages", WINDOW).close();
                        break;
                    } catch (SimulatedCrash e) {
                        recoveries++;
                    }
                    for (SimulatedDisk third : second.afterPowerCut(seed + m, limit)) {
                        check(where + ", then " + second.faultPoint(), third, run.allowed());
                    }
                }
            }
        }
        assertThat(recoveries).isPositive();
    }

    @Test
    void open_interruptedAnywhereLosesNothing() throws IOException {
        cutsInRecovery(4, 3, 6);
    }

    @Tag("stress")
    @Test
    void open_interruptedAnywhereLosesNothing_long() throws IOException {
        long first = Seed.draw("PagedFileCrashTest, recoveries");
        for (long seed = first; seed < first + 10; seed++) {
            cutsInRecovery(seed, 6, 20);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void write_thatFailsAnywhereLeavesAnAllowedState(long seed) throws IOException {
        int rounds = 4;
        long operations = operations(seed, rounds);
        int failed = 0;
        for (long n = 1; n <= operations; n++) {
            for (boolean permanently : new boolean[] {false, true}) {
                Run run = new Run(created());
                if (permanently) {
                    run.disk.failFrom(n, SimulatedDisk.Operation.CHANGES);
                } else {
                    run.disk.failAt(n, SimulatedDisk.Operation.CHANGES);
                }
                try {
                    run.run(seed, rounds);
                    throw new AssertionError("operation " + n + " did not fail");
                } catch (IOException e) {
                    failed++;
                }
                String where = "seed " + seed + ", failed operation " + n + ", " + run.disk.faultPoint();
                run.disk.heal();
                check(where, run.disk.afterKill(), run.allowed());
                for (SimulatedDisk left : run.disk.afterPowerCut(seed, 20)) {
                    check(where, left, run.allowed());
                }
            }
        }
        assertThat(failed).isEqualTo((int) (2 * operations));
    }
}
