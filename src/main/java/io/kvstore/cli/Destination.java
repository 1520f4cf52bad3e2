package io.kvstore.cli;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The destination of a download: standard output or a file. A regular file gets its name only when it is complete and
 * on disk. It has mode 600, or the mode of the file that it replaces. A pipe or device is written to, never replaced; a
 * symbolic link stays, and its target is replaced.
 */
final class Destination {

    private static final String UNFINISHED = ".part";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** Writes the whole content to a stream. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private Destination() {}

    /** @param file path of the file; null or {@code -} for standard output */
    static void write(@Nullable String file, Output out, Content content) throws IOException {
        if (isStandardOutput(file)) {
            content.writeTo(out);
            return;
        }
        Path given = Path.of(file);
        Path path = Files.exists(given) ? given.toRealPath() : given;
        if (Files.isDirectory(path)) {
            throw CommandException.failed(path + " is a directory");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            try (OutputStream to = new BufferedOutputStream(Files.newOutputStream(path))) {
                content.writeTo(to);
            }
            return;
        }
        Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
        try {
            Files.deleteIfExists(unfinished);
            create(unfinished, path);
            writeFile(unfinished, content);
            Files.move(unfinished, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
    }

    /** Creates an empty file with the mode of the file that it will replace, or accessible only by its owner. */
    private static void create(Path file, Path replaced) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file);
            return;
        }
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        if (Files.exists(replaced)) {
            Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(replaced));
        }
    }

    private static void writeFile(Path path, Content content) throws IOException {
        try (FileOutputStream file = new FileOutputStream(path.toFile());
                OutputStream to = new BufferedOutputStream(file)) {
            content.writeTo(to);
            to.flush();
            file.getFD().sync();
        }
    }

    private static boolean isStandardOutput(@Nullable String file) {
        return file == null || file.equals("-");
    }
}
