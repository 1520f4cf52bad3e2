/**
 * The journal, an append-only and checksummed commit log in segment files, and the snapshot format, which holds the
 * state of a whole store.
 *
 * <p>Threads: writers are not thread-safe, but readers may run concurrently with a writer.
 *
 * <p>Errors: an {@link java.io.IOException} if the disk failed, a {@link io.kvstore.disk.DamageException} if a file is
 * missing or does not contain what was written.
 *
 * <p>It is not a store: it handles revisions and opaque bytes, and does not know keys, values or what a commit changes.
 */
@NullMarked
package io.kvstore.journal;

import org.jspecify.annotations.NullMarked;
