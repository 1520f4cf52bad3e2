package io.kvstore.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A new folder below {@code java.io.tmpdir}, deleted with all that is in it when it is closed.
 *
 * <p>Where that lies in memory a force costs nothing, and what waits for the disk is not measured: {@code
 * -jvmArgsAppend -Djava.io.tmpdir=folder} names another.
 */
public final class TemporaryFolder implements Closeable {

    private final Path path;

    public TemporaryFolder() throws IOException {
        this.path = Files.createTempDirectory("kvstore-bench-");
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        List<Path> inner;
        try (Stream<Path> found = Files.walk(path)) {
            inner = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : inner) {
            Files.delete(each);
        }
    }
}
