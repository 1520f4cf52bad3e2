package io.kvstore.cli;

import io.kvstore.client.KeyValueClient;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/** A command that sends requests to a server. */
abstract class ServerCommand implements Command {

    final Shell shell;

    @Mixin
    final ServerOptions server = new ServerOptions();

    ServerCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public int run(Output out) throws IOException, InterruptedException {
        try (KeyValueClient<byte[]> client = server.connect(shell)) {
            return run(client, out);
        }
    }

    /** Executes the command, like {@link Command#run}, with a client that is closed afterwards. */
    abstract int run(KeyValueClient<byte[]> client, Output out) throws IOException, InterruptedException;
}
