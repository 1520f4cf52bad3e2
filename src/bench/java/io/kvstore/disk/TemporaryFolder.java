package io.kvstore.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A new folder in {@code java.io.tmpdir}, which is deleted with its contents when it is closed.
 *
 * <p>If {@code java.io.tmpdir} is in memory, a force costs nothing, so waiting for the disk is not measured. Use
 * {@code -jvmArgsAppend -Djava.io.tmpdir=folder} to choose a folder on a disk.
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
