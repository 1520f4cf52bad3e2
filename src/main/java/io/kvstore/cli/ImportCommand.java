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
        header = "Imports rows from a file",
        description = "Sends rows in the format of export, compressed or not, while it reads them. The server "
                + "commits them in groups of at most 1000: if a row is invalid, the rows of earlier commits"
                + " stay.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {
            "  kvstore import dump.ndjson",
            "  kvstore export --url http://a:8080 | kvstore import --url http://b:8080 --mode replace"
        })
final class ImportCommand extends ServerCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "Input file; - for standard input (default: standard input)")
    private @Nullable String file;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "What to do with existing keys. merge: overwrite; skip: keep; replace: overwrite, and at "
                    + "the end delete the keys that no row names (default: merge)")
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
                throw CommandException.usage("give a FILE, or redirect standard input, which is a terminal");
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
