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
 * What the benches of this package store: 100,000 keys with values of 100 bytes, of the types that a server stores, and
 * written by its codecs.
 */
final class Entries {

    static final int COUNT = 100_000;
    private static final int VALUE_BYTES = 100;
    private static final int COMMIT_PUTS = 1_000;

    private final List<Key> keys;

    /** What a put puts. */
    private final Value value = value();

    Entries() {
        keys = new ArrayList<>(IntStream.range(0, COUNT)
                .mapToObj(i -> Key.of("key-%08d".formatted(i)))
                .toList());
        Collections.shuffle(keys, new Random(COUNT)); // filled in order, a store would have its values in order too
    }

    static StoreOptions<Key, Value> options() {
        return StoreOptions.of(Keyspace.FORMAT).cacheCapacity(COUNT);
    }

    private static Value value() {
        byte[] bytes = "v".repeat(VALUE_BYTES).getBytes(StandardCharsets.US_ASCII);
        return new Value(new Content(bytes, "text/plain"), 1, 0, SecondaryKey.NONE);
    }

    /** Any key, all alike likely. */
    Key key() {
        return keys.get(ThreadLocalRandom.current().nextInt(COUNT));
    }

    Value newValue() {
        return value;
    }

    /** The commits that fill a store with all entries, from revision 1 on; each value is an object of its own. */
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
