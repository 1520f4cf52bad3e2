package io.kvstore.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The operations on names: what a folder holds and what its entries are called.
 *
 * <p>A name that was created, renamed or deleted is certain to survive a power cut only after {@link #forceFolder} of its
 * folder has returned; until then it may be there or not, whatever happened to other names.
 */
public interface Disk {

    /** How {@link #open} treats a file that is there, or is not. */
    enum Access {
        /** Must exist; no writes. */
        READ,
        /** Must exist. */
        WRITE,
        /** Is made when missing and emptied when there. */
        CREATE
    }

    /**
     * Opens a file.
     *
     * @throws java.nio.file.NoSuchFileException when it is missing and {@code access} does not create it
     */
    DiskFile open(Path file, Access access) throws IOException;

    boolean exists(Path file) throws IOException;

    /** The entries of a folder, in no order. */
    List<Path> list(Path folder) throws IOException;

    /**
     * Makes a folder and those above it where they are missing, and makes their names durable: also of those that are
     * there, because whoever made them may have died before that.
     */
    void createFolders(Path folder) throws IOException;

    /** Gives a file another name in the same folder, atomically, replacing a file of that name. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file; nothing happens when there is none. */
    void delete(Path file) throws IOException;

    /** How many bytes more fit on the disk that a folder is on, as far as that can be told. */
    long freeBytes(Path folder) throws IOException;

    /** Makes the names in a folder durable. */
    void forceFolder(Path folder) throws IOException;

    /**
     * Takes a lock that no second process, and no second caller in this one, can have until it is closed or the process
     * ends. The file is made when missing and stays behind.
     *
     * @throws java.nio.channels.OverlappingFileLockException when another holds it
     */
    Closeable lock(Path file) throws IOException;

    /**
     * Takes a lock on a file that is there, which nobody can have beside {@link #lock}, but another process beside this
     * one. Changes nothing.
     *
     * @throws java.nio.channels.OverlappingFileLockException when another holds {@link #lock}
     * @throws java.nio.file.NoSuchFileException when there is no such file
     */
    Closeable lockShared(Path file) throws IOException;
}
