package io.kvstore.cache;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures a full cache, by its capacity: reads that hit; writes to twice as many keys as it holds, so that every other
 * write evicts an entry; and a mix of nine reads and one such write. Keys are chosen uniformly. All threads share one
 * cache.
 *
 * <p>{@code ./mvnw -q -Pbench test -Dbench=LruCacheBench -Dbench.args='-t 2'}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class LruCacheBench {

    private static final int WRITE_SHARE = 10;
    private static final int ENTRY_BYTES = 100;

    @Param({"1000", "100000"})
    int capacity;

    private List<String> keys;
    private LruCache<String, String> cache;

    @Setup
    public void makeKeys() {
        keys = IntStream.range(0, 2 * capacity).mapToObj(i -> "key-" + i).toList();
    }

    @Setup(Level.Iteration)
    public void fill() {
        cache = new LruCache<>(capacity, Long.MAX_VALUE, Long.MAX_VALUE, (key, value) -> ENTRY_BYTES);
        for (String key : keys.subList(0, capacity)) {
            cache.write(key, key);
        }
    }

    @Benchmark
    public @Nullable String readHit() {
        return cache.read(keys.get(ThreadLocalRandom.current().nextInt(capacity)));
    }

    @Benchmark
    public void write() {
        String key = keys.get(ThreadLocalRandom.current().nextInt(2 * capacity));
        cache.write(key, key);
    }

    @Benchmark
    public @Nullable String mixed() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String key = keys.get(random.nextInt(2 * capacity));
        if (random.nextInt(WRITE_SHARE) == 0) {
            cache.write(key, key);
            return key;
        }
        return cache.read(key);
    }
}
