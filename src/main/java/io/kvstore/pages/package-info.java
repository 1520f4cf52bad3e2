/**
 * A growable array of bytes in a file, whose changes reach the file only by atomic checkpoints.
 *
 * <p>Threads: one thread at a time changes a {@link io.kvstore.pages.PagedFile} and freezes it; another may write the
 * checkpoint meanwhile; any number read.
 *
 * <p>Errors: an {@link java.io.IOException} where the disk failed or files cannot be opened as they are,
 * {@link io.kvstore.pages.DamagedPageException} where a page is not what was written.
 */
@NullMarked
package io.kvstore.pages;

import org.jspecify.annotations.NullMarked;
