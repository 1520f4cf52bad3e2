package io.kvstore.cli;

import io.kvstore.client.Download;
import io.kvstore.client.KeyValueClient;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "snapshot",
        header = "Backs up a whole store",
        description = "Writes a backup of the whole store at one revision, while the server accepts writes. "
                + "restore creates a data folder from it, and a server starts from it with --restore, in "
                + "any mode. The output is written to a temporary file, which is renamed to FILE when it is complete.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {"  kvstore snapshot backup", "  kvstore snapshot - | gzip > backup.gz"})
final class SnapshotCommand extends ServerCommand {

    @Parameters(paramLabel = "FILE", description = "Output file; - for standard output")
    private @Nullable String file;

    SnapshotCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        if ("-".equals(file) && shell.terminals().out()) {
            throw CommandException.usage("a snapshot is binary; write it to a file, not to a terminal");
        }
        try (Download snapshot = client.admin().snapshot();
                Progress progress = Progress.of(shell, "snapshot", Progress.Unit.BYTES, Progress.UNKNOWN)) {
            InputStream in = progress.of(snapshot.stream());
            Destination.write(file, out, in::transferTo);
        }
        return ExitCode.DONE;
    }
}
