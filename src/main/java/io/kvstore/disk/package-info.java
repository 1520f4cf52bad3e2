/**
 * The file layer: the file system operations that the storage engines use, behind interfaces. Tests implement them with
 * a simulated disk that fails operations, tears writes and loses data that was not forced.
 *
 * <p>Threads: a {@link io.kvstore.disk.Disk} is safe for use by several threads. A {@link io.kvstore.disk.DiskFile}
 * allows concurrent reads and one writer. Request threads must not call into this package: interrupting a thread that
 * reads or writes a channel closes the channel for all threads.
 *
 * <p>Errors: every failure is an {@link java.io.IOException}. No operation is retried.
 *
 * <p>It is not a general file system: files are not copied, folders are neither renamed nor deleted, and there are no
 * links or permissions.
 */
@NullMarked
package io.kvstore.disk;

import org.jspecify.annotations.NullMarked;
