package io.kvstore.storage;

import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Value;
import io.kvstore.store.Durability;
import io.kvstore.store.KeyValueStore;
import io.kvstore.store.StorageMode;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Point reads of existing keys, by mode, after a checkpoint and without writers. The cache of mode {@code cached} has
 * room for all keys.
 *
 * <p>{@code ./mvnw -q -Pbench test -Dbench=StoreGetBench -Dbench.args='-t 2 -p mode=CACHED'}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class StoreGetBench {

    @Param
    StorageMode mode;

    private FilledStore filled;
    private KeyValueStore<Key, Value> store;
    private Entries entries;

    @Setup
    public void open() throws IOException {
        filled = new FilledStore(mode, Durability.NEVER);
        store = filled.store();
        entries = filled.entries();
    }

    @TearDown
    public void close() throws IOException {
        filled.close();
    }

    @Benchmark
    public Value get() {
        return store.get(entries.key());
    }
}
