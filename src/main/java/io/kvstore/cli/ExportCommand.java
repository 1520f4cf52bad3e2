package io.kvstore.cli;

import io.kvstore.client.Download;
import io.kvstore.client.KeyValueClient;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "export",
        header = "Writes rows to a file",
        description =
                "Writes rows with everything that belongs to them, as import takes them: JSON, one a line, then an end"
                        + " row. A file has its name only once all of it is there.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {
            "  kvstore export dump.ndjson",
            "  kvstore export --prefix config/ | jq .",
            "  kvstore export --gzip dump.ndjson.gz"
        })
final class ExportCommand extends ServerCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "the file; standard output where it is not given, or is -")
    private @Nullable String file;

    @Mixin
    private final KeyOptions keys = new KeyOptions();

    @Option(names = "--gzip", description = "as gzip data")
    private boolean gzip;

    ExportCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        try (Download rows = client.export(keys.query(), gzip);
                Progress progress = Progress.of(shell, "export", Progress.Unit.BYTES, Progress.UNKNOWN)) {
            InputStream in = progress.of(rows.stream());
            Destination.write(file, out, in::transferTo);
            if (rows.filtered()) {
                shell.say("keys were left out that the token may not read");
            }
        }
        return ExitCode.DONE;
    }
}
