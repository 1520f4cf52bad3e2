package io.kvstore.storage;

import io.kvstore.disk.LocalDisk;
import io.kvstore.disk.TemporaryFolder;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Value;
import io.kvstore.pages.PagedFile;
import io.kvstore.storage.mapdb.MapDbTable;
import io.kvstore.store.Commit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Applying commits to a table in a file, by the number of puts in each: the work of the committing thread for a group,
 * apart from the log. Every put replaces a value. Checkpoints are written between the iterations. Each thread of
 * {@code -t} has its own table, because one thread applies commits.
 *
 * <p>{@code ./mvnw -q -Pbench test -Dbench=MapDbTableBench -Dbench.args='-p puts=1,1000'}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class MapDbTableBench {

    @Param({"1", "10", "100", "1000"})
    int puts;

    private final Entries entries = new Entries();
    private TemporaryFolder folder;
    private MapDbTable<Key, Value> table;

    @Setup
    public void create() throws IOException {
        StoreOptions<Key, Value> options = Entries.options();
        folder = new TemporaryFolder();
        table = MapDbTable.create(new LocalDisk(), folder.path(), "pages", options.format(), PagedFile.WINDOW_BYTES);
        table.apply(entries.commits());
    }

    @Setup(Level.Iteration)
    public void checkpoint() throws IOException {
        table.freeze().write();
    }

    @TearDown
    public void delete() throws IOException {
        table.close();
        folder.close();
    }

    @Benchmark
    public void apply() throws IOException {
        List<Commit.Effect<Key, Value>> effects = new ArrayList<>(puts);
        for (int i = 0; i < puts; i++) {
            effects.add(new Commit.Effect<>(entries.key(), entries.newValue(), 0));
        }
        table.apply(List.of(new Commit<>(table.revision() + 1, effects)));
    }
}
