package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.store.Commit;
import io.kvstore.store.CommitStore;
import io.kvstore.store.StorageMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files of a store after all kinds of changes, and its contents after each commit. */
final class StoredHistory {

    /** How the process that wrote the files ended. */
    enum End {
        /** It closed the store. */
        CLOSED,
        /** It was killed when nothing was in progress. */
        KILLED
    }

    static final Path FOLDER = Path.of("/data");

    /** A key that never exists. */
    static final String NO_KEY = "missing";

    private final StoreOptions<String, String> options;
    private final SimulatedDisk disk;
    private final SimulatedDisk earlier;
    private final List<Commit<String, String>> commits;
    private final List<NavigableMap<String, String>> states;
    private final NavigableMap<String, String> keysEver;

    private StoredHistory(
            StoreOptions<String, String> options,
            SimulatedDisk disk,
            SimulatedDisk earlier,
            List<Commit<String, String>> commits) {
        this.options = options;
        this.disk = disk;
        this.earlier = earlier;
        this.commits = commits;
        this.states = new ArrayList<>(List.of(new TreeMap<>(TestCodecs.TEXT)));
        this.keysEver = new TreeMap<>(TestCodecs.TEXT);
        keysEver.put(NO_KEY, "");
        for (Commit<String, String> commit : commits) {
            NavigableMap<String, String> state = new TreeMap<>(states.get(states.size() - 1));
            for (Commit.Effect<String, String> effect : commit.effects()) {
                keysEver.put(effect.key(), "");
                if (effect.value() == null) {
                    state.remove(effect.key());
                } else {
                    state.put(effect.key(), effect.value());
                }
            }
            states.add(state);
        }
    }

    /**
     * Writes a store: several segments, two checkpoints, secondary keys, deletions, batches, values in one part and in
     * several.
     */
    static StoredHistory write(StorageMode mode, End end, long seed) throws IOException {
        Random random = new Random(seed);
        SimulatedDisk disk = new SimulatedDisk();
        disk.createFolders(FOLDER);
        StoreOptions<String, String> options = TestCodecs.options()
                .mode(mode, FOLDER)
                .history(30, 1 << 20)
                .cacheCapacity(5)
                .random(new Random(seed)::nextLong);
        List<Commit<String, String>> commits = new ArrayList<>();
        SimulatedDisk earlier = disk;
        CommitStore<String, String> store = Stores.open(options.disk(disk));
        for (int round = 0; round < 5; round++) {
            store.observe(commits::add);
            for (int i = 0; i < 12; i++) {
                change(store, random);
            }
            if (round == 4) {
                earlier = disk.copy();
            }
            if (round == 1 || round == 4) {
                store.checkpoint();
                change(store, random);
            }
            if (round < 4) {
                store.close();
                store = Stores.open(options.disk(disk));
            }
        }
        store.put("large", "4:" + text(random, 70_000));
        change(store, random);
        SimulatedDisk killed = disk.copy();
        store.close();
        assertThat(commits).hasSize((int) commits.get(commits.size() - 1).revision());
        return new StoredHistory(options, end == End.KILLED ? killed : disk, earlier, commits);
    }

    private static void change(CommitStore<String, String> store, Random random) {
        store.commit(transaction -> {
            transaction.put("changed", text(random, 5)); // so that each commit takes a revision
            for (int i = random.nextInt(10) == 0 ? 8 : 1; i > 0; i--) {
                String key = "k" + random.nextInt(40);
                if (random.nextInt(4) == 0) {
                    transaction.delete(key, 3);
                } else {
                    String prefix = random.nextInt(3) == 0 ? random.nextInt(20) + ":" : "";
                    transaction.put(key, prefix + text(random, random.nextInt(300)));
                }
            }
            return true;
        });
    }

    static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('!' + random.nextInt(90)));
        }
        return text.toString().replace(':', ';');
    }

    /** Returns a copy of the files, which a test may damage. */
    SimulatedDisk disk() {
        return disk.copy();
    }

    /** Returns older contents of a file, or null if the file did not exist then. */
    byte @Nullable [] earlier(Path path) throws IOException {
        return earlier.exists(path) ? bytes(earlier, path) : null;
    }

    /** Returns options to open the files on a disk. */
    StoreOptions<String, String> options(Disk on) {
        return options.disk(on);
    }

    /** Returns the newest revision. */
    long revision() {
        return commits.size();
    }

    /** Returns the contents after a commit. */
    NavigableMap<String, String> state(long revision) {
        return states.get((int) revision);
    }

    /** Returns the commits after one revision up to another. */
    List<Commit<String, String>> commits(long after, long upTo) {
        return commits.subList((int) after, (int) upTo);
    }

    /** Returns every key that ever existed, and one that never did. */
    Iterable<String> keysEver() {
        return keysEver.keySet();
    }

    static byte[] bytes(Disk disk, Path path) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Access.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    /** Returns the files in the order of their names, without the lock file, which is empty. */
    static List<Path> files(Disk disk) throws IOException {
        return disk.list(FOLDER).stream()
                .filter(path -> !path.endsWith("LOCK"))
                .sorted()
                .toList();
    }
}
