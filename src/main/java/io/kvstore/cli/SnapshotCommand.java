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
        description =
                "Writes a backup of the whole store at one revision, taken while others write. restore makes a data"
                        + " folder of it, and a server starts with it by --restore, in any mode. A file has its name only once all of"
                        + " it is there.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {"  kvstore snapshot backup", "  kvstore snapshot - | gzip > backup.gz"})
final class SnapshotCommand extends ServerCommand {

    @Parameters(paramLabel = "FILE", description = "the file; - for standard output")
    private @Nullable String file;

    SnapshotCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        if ("-".equals(file) && shell.terminals().out()) {
            throw CommandException.usage("a snapshot is no text: send it to a file, not to a terminal");
        }
        try (Download snapshot = client.admin().snapshot();
                Progress progress = Progress.of(shell, "snapshot", Progress.Unit.BYTES, Progress.UNKNOWN)) {
            InputStream in = progress.of(snapshot.stream());
            Destination.write(file, out, in::transferTo);
        }
        return ExitCode.DONE;
    }
}
