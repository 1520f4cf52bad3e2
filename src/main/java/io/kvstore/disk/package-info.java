/**
 * The file layer: the few things the engines ask of a file system, so that a test can stand in for the disk and fail,
 * tear or forget any of them.
 *
 * <p>Threads: a {@link io.kvstore.disk.Disk} is safe for use by several threads; a {@link io.kvstore.disk.DiskFile} as
 * its methods say. Request threads never call into this package, because an interrupt closes a channel for everyone.
 *
 * <p>Errors: every failure is an {@link java.io.IOException}; nothing is retried here.
 */
@NullMarked
package io.kvstore.disk;

import org.jspecify.annotations.NullMarked;
