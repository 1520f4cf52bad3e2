package io.kvstore.storage;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/*
 * FORMAT is text, a name and a value a line:
 *
 *   kvstore data folder
 *   version 1               2 once the pages were compacted
 *   layout pages            of the modes persistent and cached; `snapshots` of the mode logged
 *   state ready             or `creating`
 *   generation 3            of version 2 alone: how often the pages were compacted, at least once
 *
 * It is the first file to be made and the last to be finished: while it says `creating`, nobody was ever told of a
 * commit, and whatever is there is made anew.
 *
 * The generation names the files of the pages: `pages` before the first compaction, `pages-3` in generation 3. A compaction
 * makes those of the next one, and then replaces this file: that is the one step by which it happens. The files of any
 * other generation are those of a compaction that did not come so far, or what one left behind, and are deleted, but only
 * when those of the present one have been opened and its name is on disk.
 */
/** The folder of a store: locked, and of a known format. */
final class StoreFolder implements Closeable {

    /** What is in the folder besides the journal. */
    enum Layout {
        PAGES("modes persistent (1) and cached (2)"),
        SNAPSHOTS("mode logged (3)");

        private final String modes;

        Layout(String modes) {
            this.modes = modes;
        }

        static Layout of(StorageMode mode) {
            return mode == StorageMode.LOGGED ? SNAPSHOTS : PAGES;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String LOCK = "LOCK";
    private static final String FORMAT = "FORMAT";
    private static final String UNFINISHED = "FORMAT.new";
    private static final String ADVICE = "Nothing was changed. Restore the folder from a backup.";
    private static final String TITLE = "kvstore data folder";
    private static final int VERSION = 1;
    private static final int VERSION_COMPACTED = 2;
    private static final String PAGES = "pages";
    private static final int FORMAT_BYTES_MAX = 4096;

    private final Disk disk;
    private final Path folder;
    private final Layout layout;
    private final Closeable lock;
    private boolean ready;
    private long generation;

    private StoreFolder(Disk disk, Path folder, Layout layout, Closeable lock) {
        this.disk = disk;
        this.folder = folder;
        this.layout = layout;
        this.lock = lock;
    }

    /**
     * Locks a folder and reads its format.
     *
     * @throws StoreException.CannotOpen when it cannot be used; nothing but the lock file was changed
     */
    static StoreFolder open(Disk disk, Path folder, Layout layout) throws IOException {
        if (!disk.exists(folder.resolve(FORMAT))) { // which is written once the folder is on disk
            disk.createFolders(folder);
        }
        refuseForeign(disk, folder);
        Closeable lock;
        try {
            lock = disk.lock(folder.resolve(LOCK));
        } catch (OverlappingFileLockException e) {
            throw new StoreException.CannotOpen(
                    folder + " is in use by another process; stop that one, or choose another folder", e);
        }
        StoreFolder opened = new StoreFolder(disk, folder, layout, lock);
        try {
            opened.readFormat();
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
        return opened;
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

    private void readFormat() throws IOException {
        Path file = folder.resolve(FORMAT);
        if (!disk.exists(file)) {
            writeFormat("creating", 0);
            publishFormat();
            return;
        }
        Map<String, String> lines = new TreeMap<>();
        for (String line : read(file).split("\n", -1)) {
            int space = line.indexOf(' ');
            lines.put(space < 0 ? line : line.substring(0, space), space < 0 ? "" : line.substring(space + 1));
        }
        if (!"data folder".equals(lines.get("kvstore"))) {
            throw new StoreException.Damaged(
                    file + " does not begin with \"" + TITLE + "\": it is damaged, or not a store's. " + ADVICE, null);
        }
        String version = lines.getOrDefault("version", "");
        boolean compacted = version.equals(Integer.toString(VERSION_COMPACTED));
        if (!compacted && !version.equals(Integer.toString(VERSION))) {
            throw new StoreException.CannotOpen(
                    file + " says format version \"" + version + "\", and this program reads versions " + VERSION
                            + " and " + VERSION_COMPACTED
                            + "; use a newer program, or restore the folder from a backup if the file is damaged",
                    null);
        }
        String found = lines.getOrDefault("layout", "");
        if (!found.equals(layout.label())) {
            for (Layout other : Layout.values()) {
                if (other.label().equals(found)) {
                    throw new StoreException.CannotOpen(
                            folder + " belongs to " + other.modes + ", not to " + layout.modes
                                    + "; choose its mode, or another folder",
                            null);
                }
            }
            throw new StoreException.Damaged(file + " names an unknown layout: \"" + found + "\". " + ADVICE, null);
        }
        String state = lines.getOrDefault("state", "");
        if (!state.equals("ready") && !state.equals("creating")) {
            throw new StoreException.Damaged(file + " names an unknown state: \"" + state + "\". " + ADVICE, null);
        }
        ready = state.equals("ready");
        if (compacted) {
            String count = lines.getOrDefault("generation", "");
            if (!count.matches("[1-9][0-9]{0,17}")) {
                throw new StoreException.Damaged(
                        file + " names a generation that cannot be: \"" + count + "\". " + ADVICE, null);
            }
            generation = Long.parseLong(count);
        }
    }

    private String read(Path file) throws IOException {
        try (DiskFile in = disk.open(file, Disk.Access.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(FORMAT_BYTES_MAX);
            int size = in.read(bytes, 0);
            return new String(bytes.array(), 0, size, StandardCharsets.UTF_8);
        }
    }

    private void writeFormat(String state, long generation) throws IOException {
        String text = TITLE + "\nversion " + (generation == 0 ? VERSION : VERSION_COMPACTED) + "\nlayout "
                + layout.label() + "\nstate " + state + "\n"
                + (generation == 0 ? "" : "generation " + generation + "\n");
        try (DiskFile out = disk.open(folder.resolve(UNFINISHED), Disk.Access.CREATE)) {
            out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            out.force();
        }
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
        writeFormat("ready", 0);
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
        writeFormat("ready", generation + 1);
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
