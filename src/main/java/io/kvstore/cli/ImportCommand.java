package io.kvstore.cli;

import io.kvstore.client.ImportMode;
import io.kvstore.client.ImportResult;
import io.kvstore.client.KeyValueClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "import",
        header = "Takes rows from a file",
        description =
                "Sends rows as export writes them, gzip or not, while they are read. They are taken in commits of at most"
                        + " 1000: where a row is bad, those before it stay.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {
            "  kvstore import dump.ndjson",
            "  kvstore export --url http://a:8080 | kvstore import --url http://b:8080 --mode replace"
        })
final class ImportCommand extends ServerCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "the file; standard input where it is not given, or is -")
    private @Nullable String file;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description =
                    "merge: a row wins over the key that there is, as where it is not given; skip: the key stays as it"
                            + " is; replace: as merge, and in the end the keys are deleted that no row named")
    private ImportMode mode = ImportMode.MERGE;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    ImportCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        ImportResult imported;
        if (file == null || file.equals("-")) {
            if (shell.terminals().in()) {
                throw CommandException.usage("a file is missing, and standard input is a terminal");
            }
            imported = send(client, shell.in(), Progress.UNKNOWN);
        } else {
            Path path = Path.of(file);
            try (InputStream in = Files.newInputStream(path)) {
                imported = send(client, in, Files.size(path));
            }
        }
        Rows rows = output.rows(shell, out, "imported", "skipped", "deleted", "revision");
        rows.row(imported.imported(), imported.skipped(), imported.deleted(), imported.revision());
        rows.flush();
        return ExitCode.DONE;
    }

    private ImportResult send(KeyValueClient<byte[]> client, InputStream in, long bytes) {
        try (Progress progress = Progress.of(shell, "import", Progress.Unit.BYTES, bytes)) {
            return client.importRows(progress.of(in), mode);
        }
    }
}
