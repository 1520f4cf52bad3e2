package io.kvstore.cli;

import java.io.IOException;

/** A subcommand whose command line has been parsed. */
interface Command {

    /**
     * Executes the command.
     *
     * @param out receives the result and nothing else; the caller flushes it at the end
     * @return an {@link ExitCode}
     * @throws CommandException if the command fails, with a message for the user
     * @throws IOException if something cannot be read or written
     */
    int run(Output out) throws IOException, InterruptedException;
}
