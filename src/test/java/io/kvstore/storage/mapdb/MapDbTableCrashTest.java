package io.kvstore.storage.mapdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.SimulatedCrash;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.storage.Texts;
import io.kvstore.store.Commit;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Commits and checkpoints that a crash interrupts at every operation of the disk. Opening restores the state of a
 * checkpoint, and replaying the later commits restores the state before the crash.
 */
class MapDbTableCrashTest {

    private static final Path FOLDER = Path.of("/data");
    private static final long WINDOW = 64 << 10;

    private static MapDbTable<String, String> open(SimulatedDisk disk) throws IOException {
        return MapDbTable.open(disk, FOLDER, "pages", Texts.FORMAT, WINDOW);
    }

    private static SimulatedDisk created() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        disk.createFolders(FOLDER);
        MapDbTable.create(disk, FOLDER, "pages", Texts.FORMAT, WINDOW).close();
        return disk;
    }

    private static List<Commit<String, String>> commits(Random random, int count) {
        List<Commit<String, String>> commits = new ArrayList<>();
        for (int revision = 1; revision <= count; revision++) {
            List<Commit.Effect<String, String>> effects = new ArrayList<>();
            for (int n = random.nextInt(3); n >= 0; n--) {
                String value = random.nextInt(4) == 0
                        ? null
                        : (random.nextBoolean() ? "@" + random.nextInt(9) + ":" : "") + "v".repeat(random.nextInt(400));
                effects.add(new Commit.Effect<>("key/" + random.nextInt(60), value, 0));
            }
            commits.add(new Commit<>(revision, effects));
        }
        return commits;
    }

    private static NavigableMap<String, String> state(List<Commit<String, String>> commits, long revision) {
        NavigableMap<String, String> state = new TreeMap<>();
        for (Commit<String, String> commit : commits.subList(0, (int) revision)) {
            for (Commit.Effect<String, String> effect : commit.effects()) {
                if (effect.value() == null) {
                    state.remove(effect.key());
                } else {
                    state.put(effect.key(), effect.value());
                }
            }
        }
        return state;
    }

    private static void check(String where, MapDbTable<String, String> table, NavigableMap<String, String> state) {
        EntryPageRequest<String> all = new EntryPageRequest<>(null, true, null, true, false, 1_000, 1 << 30);
        assertThat(table.page(all).entries()).as(where).isEqualTo(List.copyOf(state.entrySet()));
        assertThat(table.size()).as(where).isEqualTo(state.size());
        assertThat(table.keysUpTo(8, 1_000)).as(where).hasSize((int)
                state.values().stream().filter(value -> value.startsWith("@")).count());
    }

    private static void cutEverywhere(long seed, int count, int perCheckpoint, int limit) throws IOException {
        List<Commit<String, String>> commits = commits(new Random(seed), count);
        long crashes = 0;
        for (long n = 1; ; n++) {
            SimulatedDisk disk = created();
            disk.crashWithin(n);
            long completed = 0;
            long begun = 0;
            try {
                MapDbTable<String, String> table = open(disk);
                for (int i = 0; i < count; i += perCheckpoint) {
                    table.apply(commits.subList(i, i + perCheckpoint));
                    begun = table.revision();
                    table.freeze().write();
                    completed = begun;
                }
                break;
            } catch (SimulatedCrash e) {
                crashes++;
            }
            String where = "seed " + seed + ", cut within operation " + n + ", " + disk.faultPoint();
            for (SimulatedDisk left : disk.afterPowerCut(seed, limit)) {
                MapDbTable<String, String> table = open(left);
                long revision = table.revision();
                assertThat(revision).as(where).isIn(completed, begun);
                check(where, table, state(commits, revision));
                table.apply(commits.subList((int) revision, count));
                table.freeze().write();
                table.close();
                table = open(left);
                check(where, table, state(commits, count));
                table.close();
            }
        }
        assertThat(crashes).isGreaterThan(6L * count / perCheckpoint);
    }

    @Test
    void checkpoint_interruptedAnywhereIsAllOrNothing() throws IOException {
        cutEverywhere(1, 60, 20, 6);
    }

    @Tag("stress")
    @Test
    void checkpoint_interruptedAnywhereIsAllOrNothing_long() throws IOException {
        long first = Seed.draw("MapDbTableCrashTest");
        for (long seed = first; seed < first + 10; seed++) {
            cutEverywhere(seed, 300, 30, 40);
        }
    }
}
