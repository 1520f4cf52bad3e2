package io.kvstore.pages;

import java.nio.file.Path;

/** A page of a file is not what was written. The message names the file, the place, and what to do. */
public final class DamagedPageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedPageException(Path file, long page, Path checksums) {
        super(file + " is damaged: its page " + page + ", at offset " + page * PageFormat.PAGE_BYTES
                + ", does not match its checksum in " + checksums.getFileName()
                + ". Stop the server and restore the folder from a backup");
    }
}
