package io.kvstore.storage;

import io.kvstore.keyspace.Content;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Value;
import io.kvstore.store.Commit;
import io.kvstore.store.SecondaryKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * The entries for the benchmarks of this package: 100,000 keys with values of 100 bytes, in the format of the server.
 */
final class Entries {

    static final int COUNT = 100_000;
    private static final int VALUE_BYTES = 100;
    private static final int COMMIT_PUTS = 1_000;

    private final List<Key> keys;

    /** The value of every put. */
    private final Value value = value();

    Entries() {
        keys = new ArrayList<>(IntStream.range(0, COUNT)
                .mapToObj(i -> Key.of("key-%08d".formatted(i)))
                .toList());
        Collections.shuffle(keys, new Random(COUNT)); // else the values in a store would be in order too
    }

    static StoreOptions<Key, Value> options() {
        return StoreOptions.of(Keyspace.FORMAT).cacheCapacity(COUNT);
    }

    private static Value value() {
        byte[] bytes = "v".repeat(VALUE_BYTES).getBytes(StandardCharsets.US_ASCII);
        return new Value(new Content(bytes, "text/plain"), 1, 0, SecondaryKey.NONE);
    }

    /** Returns a random key, uniformly distributed. */
    Key key() {
        return keys.get(ThreadLocalRandom.current().nextInt(COUNT));
    }

    Value newValue() {
        return value;
    }

    /** Returns the commits that fill a store with all entries, from revision 1 on. Each value is a separate object. */
    List<Commit<Key, Value>> commits() {
        List<Commit<Key, Value>> commits = new ArrayList<>();
        for (int from = 0; from < COUNT; from += COMMIT_PUTS) {
            List<Commit.Effect<Key, Value>> effects = new ArrayList<>(COMMIT_PUTS);
            for (Key key : keys.subList(from, from + COMMIT_PUTS)) {
                effects.add(new Commit.Effect<>(key, value(), 0));
            }
            commits.add(new Commit<>(commits.size() + 1, effects));
        }
        return commits;
    }
}
