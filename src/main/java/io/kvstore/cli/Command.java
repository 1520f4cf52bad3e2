package io.kvstore.cli;

import java.io.IOException;

/** A subcommand, once its command line was read. */
interface Command {

    /**
     * Does what the command line says.
     *
     * @param out for the answer alone; flushed by the caller in the end
     * @return an {@link ExitCode}
     * @throws CommandException when it cannot
     * @throws IOException when something cannot be read or written
     */
    int run(Output out) throws IOException, InterruptedException;
}
