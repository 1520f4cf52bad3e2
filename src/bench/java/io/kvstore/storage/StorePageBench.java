package io.kvstore.storage;

import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Value;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Durability;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.StorageMode;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Reads in key order, by mode, without writers: pages of 100 entries from a random key on, and the whole store,
 * measured in entries.
 *
 * <p>{@code ./mvnw -q -Pbench test -Dbench=StorePageBench}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class StorePageBench {

    private static final int ROWS = 100;

    @Param
    StorageMode mode;

    private FilledStore filled;
    private CommitStore<Key, Value> store;
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
    public EntryPage<Key, Value> page() {
        return store.page(new EntryPageRequest<>(entries.key(), true, null, true, false, ROWS, EntryPageRequest.BYTES));
    }

    @Benchmark
    @OperationsPerInvocation(Entries.COUNT)
    public void list(Blackhole sink) {
        for (Iterator<Map.Entry<Key, Value>> all = store.entries(); all.hasNext(); ) {
            sink.consume(all.next());
        }
    }
}
