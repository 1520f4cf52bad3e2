/**
 * The subcommands of the jar: they access the keys of a server, or work on data folders without a server.
 *
 * <p>Each command is a class whose annotations define its command line and its help; the documents are generated from
 * them. {@link io.kvstore.cli.Cli} instantiates only the requested command, to keep the start fast.
 *
 * <p>Errors: one line on standard error and an {@link io.kvstore.cli.ExitCode}. Standard output receives only the
 * result.
 */
@NullMarked
package io.kvstore.cli;

import org.jspecify.annotations.NullMarked;
