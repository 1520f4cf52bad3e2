/**
 * The command that starts a key-value server: flags in, a running server or a one-line reason and an exit code out.
 *
 * <p>Threads: the main thread alone. Errors: never a stack trace for what a person can put right.
 */
@NullMarked
package io.kvstore;

import org.jspecify.annotations.NullMarked;
