package io.kvstore.pages;

import java.nio.file.Path;

/**
 * Thrown when a page does not match its checksum. The message names the file, the page and its offset, and says what to
 * do.
 */
public final class DamagedPageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedPageException(Path file, long page, Path checksums) {
        super(file + " is damaged: page " + page + " at offset " + page * PageFormat.PAGE_BYTES
                + " does not match its checksum in " + checksums.getFileName()
                + "; stop the server and restore the folder from a backup");
    }
}
