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
 * FORMAT is a text file with a name and a value in each line:
 *
 *   kvstore data folder
 *   version 1               2 if the pages were compacted
 *   layout pages            for the modes persistent and cached; `snapshots` for the mode logged
 *   state ready             or `creating`, or `restoring`
 *   generation 3            only in version 2: how often the pages were compacted, at least once
 *
 * It is the first file to be created and the last to be completed. While the state is `creating`, no commit was ever
 * acknowledged, so opening deletes all other files and creates the store again. The same holds for `restoring`, except
 * that opening without a snapshot fails: a user whose restore was interrupted must not find an empty store without an
 * error.
 *
 * The generation is part of the names of the files of the pages: `pages` before the first compaction, `pages-3` in
 * generation 3. A compaction creates the files of the next generation and then replaces this file in one step. Files of
 * another generation belong to a compaction that was interrupted or that could not delete them. They are deleted after
 * the files of the present generation were opened and this file is on disk.
 */
/**
 * The contents of the file FORMAT of a data folder.
 *
 * @param generation how often the pages were compacted
 */
record FolderFormat(Layout layout, State state, long generation) {

    /** How the folder stores the table, besides the journal. */
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

        /** Returns the modes with this layout. */
        String modes() {
            return modes;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether the store in the folder is complete. */
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
     * Reads an existing file.
     *
     * @throws StoreException.Damaged if its contents are invalid
     * @throws StoreException.CannotOpen if its version is newer
     */
    static FolderFormat read(Disk disk, Path file) throws IOException {
        Map<String, String> lines = lines(disk, file);
        if (!"data folder".equals(lines.get("kvstore"))) {
            throw damaged(file, "does not begin with \"" + TITLE + "\": it is damaged, or belongs to another program");
        }
        String version = lines.getOrDefault("version", "");
        boolean compacted = version.equals(Integer.toString(VERSION_COMPACTED));
        if (!compacted && !version.equals(Integer.toString(VERSION))) {
            throw new StoreException.CannotOpen(
                    file + " has format version \"" + version + "\", but this version of KVStore reads only versions "
                            + VERSION
                            + " and " + VERSION_COMPACTED
                            + "; use a newer version, or restore the folder from a backup if the file is damaged",
                    null);
        }
        Layout layout = layout(lines.getOrDefault("layout", ""));
        if (layout == null) {
            throw damaged(file, "has an unknown layout: \"" + lines.get("layout") + "\"");
        }
        State state = state(lines.getOrDefault("state", ""));
        if (state == null) {
            throw damaged(file, "has an unknown state: \"" + lines.get("state") + "\"");
        }
        String generation = lines.getOrDefault("generation", "");
        if (compacted && !generation.matches("[1-9][0-9]{0,17}")) {
            throw damaged(file, "has an invalid generation: \"" + generation + "\"");
        }
        return new FolderFormat(layout, state, compacted ? Long.parseLong(generation) : 0);
    }

    /** Returns whether the state in a file is ready, whatever else the file contains. */
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

    /** Returns the values in a file by name. */
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

    /** Writes this to a file and forces it. */
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
