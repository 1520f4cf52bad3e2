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
        header = "Exports rows to a file",
        description =
                "Writes rows with all their metadata, in the format that import reads: one JSON object "
                        + "per line, then an end row. The output is written to a temporary file, which is renamed to FILE when it is complete.",
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
            description = "Output file; - for standard output (default: standard output)")
    private @Nullable String file;

    @Mixin
    private final KeyOptions keys = new KeyOptions();

    @Option(names = "--gzip", description = "Compress the output with gzip")
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
                shell.say("some keys are left out because the token may not read them");
            }
        }
        return ExitCode.DONE;
    }
}
