package io.kvstore.storage;

import io.kvstore.keyspace.Value;
import io.kvstore.store.Durability;
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
 * Measures puts that replace a value, by mode and durability, including checkpoints. Concurrent puts share a force:
 * {@code -t 64} measures the group commit, and {@code -t 1} the latency of a single caller.
 *
 * <p>{@code ./mvnw -q -Pbench test -Dbench=StorePutBench.durable -Dbench.args='-t 64 -p durability=ALWAYS'}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StorePutBench {

    /** A store in memory. */
    @State(Scope.Benchmark)
    public static class InMemory {

        private FilledStore filled;

        @Setup
        public void open() throws IOException {
            filled = new FilledStore(StorageMode.MEMORY, Durability.NEVER);
        }

        @TearDown
        public void close() throws IOException {
            filled.close();
        }
    }

    /** A durable store. */
    @State(Scope.Benchmark)
    public static class OnDisk {

        @Param({"PERSISTENT", "CACHED", "LOGGED"})
        StorageMode mode;

        @Param
        Durability durability;

        private FilledStore filled;

        @Setup
        public void open() throws IOException {
            filled = new FilledStore(mode, durability);
        }

        @TearDown
        public void close() throws IOException {
            filled.close();
        }
    }

    @Benchmark
    public Value memory(InMemory state) {
        return put(state.filled);
    }

    @Benchmark
    public Value durable(OnDisk state) {
        return put(state.filled);
    }

    private static Value put(FilledStore filled) {
        Entries entries = filled.entries();
        return filled.store().put(entries.key(), entries.newValue());
    }
}
