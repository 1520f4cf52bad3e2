package io.kvstore.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Where a download goes: standard output, or a file, which has its name only once all of it is there and on disk. */
final class Target {

    private static final String UNFINISHED = ".part";

    /** Writes all of it. */
    interface Writing {
        void to(OutputStream out) throws IOException;
    }

    private Target() {}

    /** @param file the path of a file; null or - for standard output */
    static void write(@Nullable String file, Output out, Writing writing) throws IOException {
        if (isStandardOutput(file)) {
            writing.to(out);
            return;
        }
        Path path = Path.of(file);
        Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
        try (FileChannel channel = FileChannel.open(
                        unfinished,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                OutputStream to = new BufferedOutputStream(Channels.newOutputStream(channel))) {
            writing.to(to);
            to.flush();
            channel.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        Files.move(unfinished, path, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isStandardOutput(@Nullable String file) {
        return file == null || file.equals("-");
    }
}
