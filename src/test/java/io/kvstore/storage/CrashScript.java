package io.kvstore.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The calls to a store before it crashes: one after another, the same for the same seed. */
record CrashScript(long seed, List<Step> steps) {

    /** A call. */
    sealed interface Step {}

    /** A call of put, or of delete if the value is null. */
    record Single(String key, @Nullable String value) implements Step {}

    /** Puts and deletes in one commit. */
    record Batch(List<Single> changes) implements Step {}

    /** A call of checkpoint. */
    record Checkpoint() implements Step {}

    /** A compaction with concurrent changes: one after each force of a file by its thread, while any are left. */
    record Compact(List<Single> beside) implements Step {}

    /** A clean close, and an open. */
    record Reopen() implements Step {}

    /**
     * Returns a script that contains each kind of step at least once if it has a dozen steps.
     *
     * @param keys the number of different keys
     * @param valueBytes the length of the longest values; most are much shorter
     */
    static CrashScript random(long seed, int length, int keys, int valueBytes) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            int kind = i % 12 == 11 ? 10 : i % 12 == 6 ? 9 : random.nextInt(11);
            steps.add(
                    switch (kind) {
                        case 0, 1, 2, 3, 4 -> new Single(key(random, keys), value(random, i, valueBytes));
                        case 5, 6 -> new Single(key(random, keys), null);
                        case 7, 8 -> batch(random, i, keys, valueBytes);
                        case 9 -> new Checkpoint();
                        default -> new Reopen();
                    });
        }
        return new CrashScript(seed, steps);
    }

    /** Returns a script with one or more compactions of overwritten and deleted entries, during further changes. */
    static CrashScript compacting(long seed, int compactions, int valueBytes) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>(List.of(
                batch(random, 0, 9, valueBytes),
                new Single("key1", value(random, 1, valueBytes)),
                new Single("key2", null),
                new Checkpoint(),
                new Single("key3", value(random, 2, valueBytes))));
        for (int compaction = 1; compaction <= compactions; compaction++) {
            List<Single> beside = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                String value = random.nextInt(3) == 0 ? null : value(random, 10 * compaction + i, valueBytes);
                beside.add(new Single(key(random, 9), value));
            }
            steps.add(new Compact(beside));
            steps.add(new Single(key(random, 9), value(random, 10 * compaction + 9, valueBytes)));
            steps.add(new Reopen());
        }
        return new CrashScript(seed, steps);
    }

    private static Batch batch(Random random, int step, int keys, int valueBytes) {
        List<Single> changes = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            changes.add(new Single(key(random, keys), random.nextInt(3) == 0 ? null : value(random, step, valueBytes)));
        }
        return new Batch(changes);
    }

    private static String key(Random random, int keys) {
        return "key" + random.nextInt(keys);
    }

    static String value(Random random, int step, int valueBytes) {
        int length =
                random.nextInt(8) == 0 ? random.nextInt(valueBytes + 1) : random.nextInt(Math.min(60, valueBytes) + 1);
        String prefix = random.nextInt(3) == 0 ? "r" + random.nextInt(50) + " " : "";
        return prefix + step + "." + random.nextInt(1_000_000) + "." + "x".repeat(length);
    }
}
