package io.kvstore.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Creates files and folders that only their owner can access, whatever the umask: mode 600 and 700. They have the data of all
 * clients, as the token file has the secrets.
 *
 * <p>A file or folder that exists keeps its mode, so that an operator can share it with a group. On a file system without
 * POSIX permissions the folder's access control applies.
 */
final class PrivateFiles {

    private static final FileAttribute<?>[] NONE = {};
    private static final FileAttribute<?>[] FILE = {attribute("rw-------")};
    private static final FileAttribute<?>[] FOLDER = {attribute("rwx------")};

    private PrivateFiles() {}

    private static FileAttribute<Set<PosixFilePermission>> attribute(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** Opens a file, and creates it if it is missing and {@code options} say so. */
    static FileChannel open(Path file, StandardOpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), isPosix(file) ? FILE : NONE);
    }

    /** Creates a folder and its missing parents. Does nothing if it exists. */
    static void createFolders(Path folder) throws IOException {
        Files.createDirectories(folder, isPosix(folder) ? FOLDER : NONE);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
