package io.kvstore.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system: opens files, and creates, lists, renames and deletes the names in folders.
 *
 * <p>Creating, renaming or deleting a name is durable only after {@link #forceFolder} of its folder has returned.
 * Before that, a power cut may keep or undo each change, independently of changes to other names.
 *
 * <p>Safe for use by several threads.
 */
public interface Disk {

    /** How {@link #open} treats an existing or missing file. */
    enum Access {
        /** The file must exist; the handle is read-only. */
        READ,
        /** The file must exist; the handle can read and write. */
        WRITE,
        /** The file is created if it is missing and truncated if it exists; the handle can read and write. */
        CREATE
    }

    /**
     * Opens a file.
     *
     * @throws java.nio.file.NoSuchFileException if the file is missing and {@code access} does not create it
     */
    DiskFile open(Path file, Access access) throws IOException;

    /** Returns whether a file or a folder of this name exists. */
    boolean exists(Path file) throws IOException;

    /** Returns the paths of the entries of a folder, in no particular order. */
    List<Path> list(Path folder) throws IOException;

    /**
     * Creates a folder and its missing parents, and makes their names durable. Names of existing folders are made
     * durable as well, because the process that created them may have crashed before it forced them.
     */
    void createFolders(Path folder) throws IOException;

    /** Renames a file within its folder, atomically. Replaces an existing file of the new name. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file. Does nothing if the file is missing. */
    void delete(Path file) throws IOException;

    /** Returns an estimate of the free space, in bytes, of the disk that contains a folder. */
    long freeBytes(Path folder) throws IOException;

    /** Makes all earlier changes to the names in a folder durable. */
    void forceFolder(Path folder) throws IOException;

    /**
     * Takes an exclusive lock on a file, against other processes and other callers in this process. The lock is held
     * until it is closed or the process ends. Creates the file if it is missing; releasing the lock does not delete it.
     *
     * @throws java.nio.channels.OverlappingFileLockException if the lock, exclusive or shared, is held already
     */
    Closeable lock(Path file) throws IOException;

    /**
     * Takes a shared lock on an existing file, without changing anything. It excludes {@link #lock}, but not the shared
     * lock of another process.
     *
     * @throws java.nio.channels.OverlappingFileLockException if {@link #lock} is held, or this process holds the shared
     *     lock already
     * @throws java.nio.file.NoSuchFileException if the file is missing
     */
    Closeable lockShared(Path file) throws IOException;
}
