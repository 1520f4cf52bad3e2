package io.kvstore.pages;

import io.kvstore.disk.LocalDisk;
import io.kvstore.disk.TemporaryFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * Writes checkpoints of a file of 64 MiB, by the number of pages that changed since the last one. The changed pages are
 * scattered over the file, and one word of each changes. A file is written by one thread, so each thread of {@code -t}
 * has its own.
 *
 * <p>{@code ./mvnw -q -Pbench test -Dbench=PagedFileBench -Dbench.args='-p changed=64'}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Thread)
public class PagedFileBench {

    private static final int PAGES = (64 << 20) / PageFormat.PAGE_BYTES;

    @Param({"1", "64", "4096"})
    int changed;

    private TemporaryFolder folder;
    private PagedFile file;
    private List<Integer> scattered;
    private int next;
    private long revision;

    @Setup
    public void create() throws IOException {
        scattered = new ArrayList<>(IntStream.range(0, PAGES).boxed().toList());
        Collections.shuffle(scattered, new Random(PAGES));
        folder = new TemporaryFolder();
        file = PagedFile.create(new LocalDisk(), folder.path(), "pages", PagedFile.WINDOW_BYTES);
        file.ensureLength((long) PAGES * PageFormat.PAGE_BYTES);
        change(PAGES);
        file.freeze(++revision).write();
    }

    @TearDown
    public void delete() throws IOException {
        file.close();
        folder.close();
    }

    @Benchmark
    public void checkpoint() throws IOException {
        change(changed);
        file.freeze(++revision).write();
    }

    private void change(int pages) {
        for (int i = 0; i < pages; i++) {
            file.putLong((long) scattered.get(next) * PageFormat.PAGE_BYTES, revision);
            next = (next + 1) % PAGES;
        }
    }
}
