package io.kvstore.cli;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Where a download goes: standard output, or a file, which has its name only once all of it is there and on disk. A pipe or a
 * device is written to, and never replaced; nor is a link, but what it leads to.
 */
final class Destination {

    private static final String UNFINISHED = ".part";

    /** Writes all of it. */
    interface Writing {
        void to(OutputStream out) throws IOException;
    }

    private Destination() {}

    /** @param file the path of a file; null or - for standard output */
    static void write(@Nullable String file, Output out, Writing writing) throws IOException {
        if (isStandardOutput(file)) {
            writing.to(out);
            return;
        }
        Path given = Path.of(file);
        Path path = Files.exists(given) ? given.toRealPath() : given;
        if (Files.isDirectory(path)) {
            throw CommandException.failed(path + " is a directory");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            try (OutputStream to = new BufferedOutputStream(Files.newOutputStream(path))) {
                writing.to(to);
            }
            return;
        }
        Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
        try {
            writeFile(unfinished, writing);
            Files.move(unfinished, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
    }

    private static void writeFile(Path path, Writing writing) throws IOException {
        try (FileOutputStream file = new FileOutputStream(path.toFile());
                OutputStream to = new BufferedOutputStream(file)) {
            writing.to(to);
            to.flush();
            file.getFD().sync();
        }
    }

    private static boolean isStandardOutput(@Nullable String file) {
        return file == null || file.equals("-");
    }
}
