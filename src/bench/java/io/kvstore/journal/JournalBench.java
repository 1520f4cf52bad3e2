package io.kvstore.journal;

import io.kvstore.disk.LocalDisk;
import io.kvstore.disk.TemporaryFolder;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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
 * Appends groups of records of 150 bytes to the journal, by the number of records per group. Either each group is
 * forced, or only full segments of 16 MiB are. Full segments are deleted. A journal is for one thread, so each thread
 * of {@code -t} has its own.
 *
 * <p>{@code ./mvnw -q -Pbench test -Dbench=JournalBench.appendAndForce -Dbench.args='-p group=1,64'}
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class JournalBench {

    private static final int RECORD_BYTES = 150;
    private static final long SEGMENT_BYTES = 16 << 20;

    @Param({"1", "16", "64", "256"})
    int group;

    private TemporaryFolder folder;
    private Journal journal;
    private List<LogRecord> records;

    private record Bytes(byte[] bytes) implements LogRecord {
        @Override
        public int size() {
            return bytes.length;
        }

        @Override
        public int changes() {
            return 1;
        }

        @Override
        public void writeTo(DataOutput out) throws IOException {
            out.write(bytes);
        }
    }

    @Setup
    public void create() throws IOException {
        Random random = new Random(1);
        byte[] bytes = new byte[RECORD_BYTES];
        random.nextBytes(bytes);
        records = Collections.nCopies(group, new Bytes(bytes));
        folder = new TemporaryFolder();
        journal = Journal.create(
                new LocalDisk(), folder.path(), new Journal.Settings(true, 0, 0, SEGMENT_BYTES, random::nextLong), 1);
    }

    @TearDown
    public void delete() throws IOException {
        journal.close();
        folder.close();
    }

    @Benchmark
    public void append() throws IOException {
        journal.append(records);
        journal.drop(journal.nextRevision() - 1);
    }

    @Benchmark
    public void appendAndForce() throws IOException {
        journal.append(records);
        journal.force();
        journal.drop(journal.nextRevision() - 1);
    }
}
