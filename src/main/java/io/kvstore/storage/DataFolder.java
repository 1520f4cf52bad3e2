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

/** The folder of a store: locked, and of a known format. */
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
     * Locks a folder and reads its format.
     *
     * @param restoring whether a store is to be made of a snapshot, which takes a folder without one
     * @throws StoreException.CannotOpen when it cannot be used; nothing but the lock file was changed
     */
    static DataFolder open(Disk disk, Path folder, Layout layout, boolean restoring) throws IOException {
        if (!disk.exists(folder.resolve(FORMAT))) { // which is written once the folder is on disk
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
     * Locks a folder that has a store against whoever would change it, and changes nothing.
     *
     * @throws StoreException.CannotOpen when somebody may be changing it, or it is not the folder of a store
     */
    static Closeable lockToRead(Disk disk, Path folder) throws IOException {
        if (!disk.exists(folder.resolve(FORMAT))) {
            throw new StoreException.CannotOpen(
                    folder + " has no file " + FORMAT + ", so it is not the folder of a store, or is damaged", null);
        }
        Path lock = folder.resolve(LOCK);
        if (!disk.exists(lock)) {
            return () -> {}; // no store has been opened here, where the folder was copied to
        }
        try {
            return disk.lockShared(lock);
        } catch (OverlappingFileLockException e) {
            throw inUse(folder, e);
        }
    }

    private static StoreException inUse(Path folder, OverlappingFileLockException cause) {
        return new StoreException.CannotOpen(
                folder + " is in use by another process; stop that one, or choose another folder", cause);
    }

    /**
     * Refuses a folder that has a store, without a change or a lock, before somebody works for long to make one there.
     *
     * @throws StoreException.CannotOpen when it has one
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
                        + " has a store already, and a snapshot is restored into an empty folder only; to go on with that"
                        + " store start without --restore, to restore choose another folder",
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
                                + ", so it is not the folder of a store, or is damaged; choose a new or an empty one,"
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
                            + "; choose its mode, or another folder",
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
                                    + " was to become a store from a snapshot, which was interrupted; start with --restore"
                                    + " again, or choose another folder",
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

    /** Whether a store was made here before; otherwise {@link #clear} what is there, make one, and say so. */
    boolean isReady() {
        return ready;
    }

    /** Deletes what an unfinished creation left. */
    void clear() throws IOException {
        for (Path entry : disk.list(folder)) {
            String name = String.valueOf(entry.getFileName());
            if (!name.equals(LOCK) && !name.equals(FORMAT)) {
                disk.delete(entry);
            }
        }
        disk.forceFolder(folder);
    }

    /** Takes note that the store has been made, and is on disk. */
    void setReady() throws IOException {
        writeFormat(State.READY, 0);
        publishFormat();
        ready = true;
    }

    /** How often the pages were compacted. */
    long generation() {
        return generation;
    }

    /** What the files of the pages are called in a generation. */
    static String pages(long generation) {
        return generation == 0 ? PAGES : PAGES + "-" + generation;
    }

    /** Prepares {@link #nextGeneration}, so that all that can be refused for want of space is. */
    void prepareGeneration() throws IOException {
        writeFormat(State.READY, generation + 1);
    }

    /**
     * Has the store be of the next generation.
     *
     * @throws IOException when it is unknown of which one it is when opened again
     */
    void nextGeneration() throws IOException {
        generation++;
        publishFormat();
    }

    /** Deletes the files of every generation of pages but the present one. */
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
            disk.forceFolder(folder); // a name of the present one that is not on disk may still be taken back
            for (Path other : others) {
                disk.delete(other);
            }
        }
    }

    /** How much more its disk takes. */
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
