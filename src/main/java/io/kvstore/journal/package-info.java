/**
 * The append-only, checksummed operation log in segments, and the files of whole states. Knows of bytes and revisions,
 * not of what they mean.
 *
 * <p>Threads: a writer belongs to one thread; readers may run beside it.
 *
 * <p>Errors: an {@link java.io.IOException} where the disk failed, {@link io.kvstore.disk.DamageException} where bytes
 * are not what was written.
 */
@NullMarked
package io.kvstore.journal;

import org.jspecify.annotations.NullMarked;
