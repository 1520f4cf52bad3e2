package io.kvstore.storage;

import io.kvstore.disk.Disk;
import io.kvstore.storage.FolderFormat.Layout;
import io.kvstore.storage.FolderFormat.State;
import io.kvstore.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A data folder: locked, and of a known format. */
final class DataFolder implements Closeable {

    static final String LOCK = "LOCK";
    static final String FORMAT = "FORMAT";
    static final String UNFINISHED = "FORMAT.new";

    static final String PAGES = "pages";

    private final Disk disk;
    private final Path folder;
    private final Layout layout;
    private final Closeable lock;
    private boolean ready;
    private long generation;

    private DataFolder(Disk disk, Path folder, Layout layout, Closeable lock) {
        this.disk = disk;
        this.folder = folder;
        this.layout = layout;
        this.lock = lock;
    }

    /**
     * Locks a folder and reads its format. Creates the folder if it does not exist.
     *
     * @param restoring whether a store will be created from a snapshot, which requires a folder without a store
     * @throws StoreException.CannotOpen if the folder cannot be used; only the lock file was changed
     */
    static DataFolder open(Disk disk, Path folder, Layout layout, boolean restoring) throws IOException {
        if (!disk.exists(folder.resolve(FORMAT))) { // FORMAT exists only if the folder is on disk
            disk.createFolders(folder);
        }
        refuseForeign(disk, folder);
        Closeable lock;
        try {
            lock = disk.lock(folder.resolve(LOCK));
        } catch (OverlappingFileLockException e) {
            throw inUse(folder, e);
        }
        DataFolder opened = new DataFolder(disk, folder, layout, lock);
        try {
            opened.readFormat(restoring);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
        return opened;
    }

    /**
     * Locks a folder against changes by other processes, and changes nothing.
     *
     * @throws StoreException.CannotOpen if another process may be changing the folder, or it is not a data folder
     */
    static Closeable lockToRead(Disk disk, Path folder) throws IOException {
        if (!disk.exists(folder.resolve(FORMAT))) {
            throw new StoreException.CannotOpen(
                    folder + " has no file " + FORMAT + ", so it is not a data folder, or is damaged", null);
        }
        Path lock = folder.resolve(LOCK);
        if (!disk.exists(lock)) {
            return () -> {}; // a copy of a data folder, in which no store was opened yet
        }
        try {
            return disk.lockShared(lock);
        } catch (OverlappingFileLockException e) {
            throw inUse(folder, e);
        }
    }

    private static StoreException inUse(Path folder, OverlappingFileLockException cause) {
        return new StoreException.CannotOpen(
                folder + " is in use by another process; stop that process, or choose another folder", cause);
    }

    /**
     * Checks that a folder has no store, without changing or locking it, before the long work of creating one.
     *
     * @throws StoreException.CannotOpen if it has a store
     */
    static void refuseStore(Disk disk, Path folder) throws IOException {
        Path file = folder.resolve(FORMAT);
        if (disk.exists(file) && FolderFormat.saysReady(disk, file)) {
            throw hasStore(folder);
        }
    }

    private static StoreException hasStore(Path folder) {
        return new StoreException.CannotOpen(
                folder
                        + " already has a store, and a snapshot can only be restored into an empty folder; to use that"
                        + " store, start without --restore; to restore, choose another folder",
                null);
    }

    private static void refuseForeign(Disk disk, Path folder) throws IOException {
        List<Path> entries = disk.list(folder);
        if (disk.exists(folder.resolve(FORMAT))) {
            return;
        }
        for (Path entry : entries) {
            String name = String.valueOf(entry.getFileName());
            if (!name.equals(LOCK) && !name.equals(UNFINISHED)) {
                throw new StoreException.CannotOpen(
                        folder + " has files, such as " + name + ", but no file " + FORMAT
                                + ", so it is not a data folder, or is damaged; choose a new or an empty folder,"
                                + " or restore it from a backup",
                        null);
            }
        }
    }

    private void readFormat(boolean restoring) throws IOException {
        Path file = folder.resolve(FORMAT);
        if (!disk.exists(file)) {
            writeFormat(restoring ? State.RESTORING : State.CREATING, 0);
            publishFormat();
            return;
        }
        FolderFormat format = FolderFormat.read(disk, file);
        if (format.layout() != layout) {
            throw new StoreException.CannotOpen(
                    folder + " belongs to " + format.layout().modes() + ", not to " + layout.modes()
                            + "; choose that mode, or another folder",
                    null);
        }
        switch (format.state()) {
            case READY -> {
                if (restoring) {
                    throw hasStore(folder);
                }
                ready = true;
            }
            case CREATING -> {
                if (restoring) {
                    writeFormat(State.RESTORING, 0);
                    publishFormat();
                }
            }
            case RESTORING -> {
                if (!restoring) {
                    throw new StoreException.CannotOpen(
                            folder
                                    + " is incomplete, because restoring a snapshot into it was interrupted; start with"
                                    + " --restore again, or choose another folder",
                            null);
                }
            }
        }
        generation = format.generation();
    }

    private void writeFormat(State state, long generation) throws IOException {
        new FolderFormat(layout, state, generation).write(disk, folder.resolve(UNFINISHED));
    }

    private void publishFormat() throws IOException {
        disk.rename(folder.resolve(UNFINISHED), folder.resolve(FORMAT));
        disk.forceFolder(folder);
    }

    /**
     * Returns whether the folder has a store. If not, the caller must {@link #clear} it, create a store, and call
     * {@link #setReady}.
     */
    boolean isReady() {
        return ready;
    }

    /** Deletes the files of an unfinished creation. */
    void clear() throws IOException {
        for (Path entry : disk.list(folder)) {
            String name = String.valueOf(entry.getFileName());
            if (!name.equals(LOCK) && !name.equals(FORMAT)) {
                disk.delete(entry);
            }
        }
        disk.forceFolder(folder);
    }

    /** Records that the store is complete and on disk. */
    void setReady() throws IOException {
        writeFormat(State.READY, 0);
        publishFormat();
        ready = true;
    }

    /** Returns how often the pages were compacted. */
    long generation() {
        return generation;
    }

    /** Returns the name of the files of the pages of a generation. */
    static String pages(long generation) {
        return generation == 0 ? PAGES : PAGES + "-" + generation;
    }

    /** Prepares {@link #nextGeneration}: does everything that may fail because the disk is full. */
    void prepareGeneration() throws IOException {
        writeFormat(State.READY, generation + 1);
    }

    /**
     * Makes the next generation the present one.
     *
     * @throws IOException if it is unknown which generation the folder has when it is opened again
     */
    void nextGeneration() throws IOException {
        generation++;
        publishFormat();
    }

    /** Deletes the files of pages of all other generations. */
    void deleteOtherGenerations() throws IOException {
        String present = pages(generation);
        List<Path> others = new ArrayList<>();
        for (Path entry : disk.list(folder)) {
            String name = String.valueOf(entry.getFileName());
            boolean other = name.startsWith(PAGES) && !name.equals(present) && !name.startsWith(present + ".");
            if (other || name.equals(UNFINISHED)) {
                others.add(entry);
            }
        }
        if (!others.isEmpty()) {
            disk.forceFolder(folder); // else a crash could undo the renaming of FORMAT after the files are deleted
            for (Path other : others) {
                disk.delete(other);
            }
        }
    }

    /** Returns the free space on the disk of the folder. */
    long freeBytes() throws IOException {
        return disk.freeBytes(folder);
    }

    Path path() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
