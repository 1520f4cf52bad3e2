package io.kvstore.storage;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/*
 * FORMAT is text, a name and a value a line:
 *
 *   kvstore data folder
 *   version 1               2 once the pages were compacted
 *   layout pages            of the modes persistent and cached; `snapshots` of the mode logged
 *   state ready             or `creating`, or `restoring`
 *   generation 3            of version 2 alone: how often the pages were compacted, at least once
 *
 * It is the first file to be made and the last to be finished: while it says `creating`, nobody was ever told of a
 * commit, and whatever is there is made anew. The same while it says `restoring`, but not by opening an empty store: a
 * person who restored a snapshot, and was interrupted, would find nothing there and be told nothing.
 *
 * The generation names the files of the pages: `pages` before the first compaction, `pages-3` in generation 3. A compaction
 * makes those of the next one, and then replaces this file: that is the one step by which it happens. The files of any
 * other generation are those of a compaction that did not come so far, or what one left behind, and are deleted, but only
 * when those of the present one have been opened and its name is on disk.
 */
/**
 * What a data folder says of itself.
 *
 * @param generation how often its pages were compacted
 */
record FolderFormat(Layout layout, State state, long generation) {

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

        /** The modes whose folder this is. */
        String modes() {
            return modes;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How far the store in the folder has come. */
    enum State {
        READY,
        CREATING,
        RESTORING;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String ADVICE = "Nothing was changed. Restore the folder from a backup.";
    private static final String TITLE = "kvstore data folder";
    private static final int VERSION = 1;
    private static final int VERSION_COMPACTED = 2;
    private static final int BYTES_MAX = 4096;

    /**
     * Reads a file that is there.
     *
     * @throws StoreException.Damaged when it is not what was written
     * @throws StoreException.CannotOpen when it is of a newer version
     */
    static FolderFormat read(Disk disk, Path file) throws IOException {
        Map<String, String> lines = lines(disk, file);
        if (!"data folder".equals(lines.get("kvstore"))) {
            throw damaged(file, "does not begin with \"" + TITLE + "\": it is damaged, or not a store's");
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
        Layout layout = layout(lines.getOrDefault("layout", ""));
        if (layout == null) {
            throw damaged(file, "names an unknown layout: \"" + lines.get("layout") + "\"");
        }
        State state = state(lines.getOrDefault("state", ""));
        if (state == null) {
            throw damaged(file, "names an unknown state: \"" + lines.get("state") + "\"");
        }
        String generation = lines.getOrDefault("generation", "");
        if (compacted && !generation.matches("[1-9][0-9]{0,17}")) {
            throw damaged(file, "names a generation that cannot be: \"" + generation + "\"");
        }
        return new FolderFormat(layout, state, compacted ? Long.parseLong(generation) : 0);
    }

    /** Whether a file says that there is a store, whatever else it says. */
    static boolean saysReady(Disk disk, Path file) throws IOException {
        return State.READY.label().equals(lines(disk, file).get("state"));
    }

    private static @Nullable Layout layout(String label) {
        for (Layout layout : Layout.values()) {
            if (layout.label().equals(label)) {
                return layout;
            }
        }
        return null;
    }

    private static @Nullable State state(String label) {
        for (State state : State.values()) {
            if (state.label().equals(label)) {
                return state;
            }
        }
        return null;
    }

    private static StoreException damaged(Path file, String what) {
        return new StoreException.Damaged(file + " " + what + ". " + ADVICE, null);
    }

    /** What stands there, by name. */
    private static Map<String, String> lines(Disk disk, Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES_MAX);
        try (DiskFile in = disk.open(file, Disk.Access.READ)) {
            in.read(bytes, 0);
        }
        Map<String, String> lines = new TreeMap<>();
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
            int space = line.indexOf(' ');
            lines.put(space < 0 ? line : line.substring(0, space), space < 0 ? "" : line.substring(space + 1));
        }
        return lines;
    }

    /** Writes and forces a file. */
    void write(Disk disk, Path file) throws IOException {
        String text = TITLE + "\nversion " + (generation == 0 ? VERSION : VERSION_COMPACTED) + "\nlayout "
                + layout.label() + "\nstate " + state.label() + "\n"
                + (generation == 0 ? "" : "generation " + generation + "\n");
        try (DiskFile out = disk.open(file, Disk.Access.CREATE)) {
            out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            out.force();
        }
    }
}
