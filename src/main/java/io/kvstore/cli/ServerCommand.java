package io.kvstore.cli;

import io.kvstore.client.KeyValueClient;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/** A command that asks a server. */
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

    /** As {@link Command#run}. */
    abstract int run(KeyValueClient<byte[]> client, Output out) throws IOException, InterruptedException;
}
