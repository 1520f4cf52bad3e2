/**
 * A growable array of bytes in a file of pages. Changes stay in memory until an atomic checkpoint writes them to the
 * file.
 *
 * <p>Threads: one thread at a time changes a {@link io.kvstore.pages.PagedFile} and freezes its changes. Another thread
 * may write the checkpoint at the same time, and any number of threads may read.
 *
 * <p>Errors: an {@link java.io.IOException} if the disk failed or the files cannot be opened, a
 * {@link io.kvstore.pages.DamagedPageException} if a page does not contain what was written.
 *
 * <p>It is not a table: it does not know keys or values, allocates no space within the file, and caches no pages
 * besides the changed ones. The operating system caches the others.
 */
@NullMarked
package io.kvstore.pages;

import org.jspecify.annotations.NullMarked;
