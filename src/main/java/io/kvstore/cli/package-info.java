/**
 * The subcommands of the jar: a server's keys from the shell, and its folders without one.
 *
 * <p>Each command is a class whose annotations say what picocli is to read, what the help tells, and what the documents are
 * made of. {@link io.kvstore.cli.Cli} makes the one that is asked for and no other, for a start costs what it loads.
 *
 * <p>Errors: one line on standard error and an {@link io.kvstore.cli.ExitCode}; standard output has nothing but the answer.
 */
@NullMarked
package io.kvstore.cli;

import org.jspecify.annotations.NullMarked;
