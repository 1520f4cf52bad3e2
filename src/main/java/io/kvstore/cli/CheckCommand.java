package io.kvstore.cli;

import io.kvstore.disk.LocalDisk;
import io.kvstore.disk.MeteredDisk;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.storage.StoreCheck;
import io.kvstore.storage.StoreOptions;
import io.kvstore.store.StorageMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "check",
        header = "Verifies a data folder",
        description = "Reads a whole data folder that no server has open, and reports on each file: checksums "
                + "of pages and values, the journal, snapshots. Changes nothing; no server can open the "
                + "folder meanwhile. An incomplete last write, as kill -9 leaves it, is not damage.",
        exitCodeList = {
            "0:the folder is intact",
            "1:the folder cannot be read, is in use, or is not a data folder",
            ExitCode.USAGE_TEXT,
            "5:a file is damaged or missing"
        },
        footer = {"  kvstore check data", "  kvstore check data --output json | jq 'select(.state == \"damaged\")'"})
final class CheckCommand implements Command {

    private final Shell shell;

    @Parameters(paramLabel = "FOLDER", description = "Data folder, the server's --store_path")
    private Path folder = Path.of("");

    @Mixin
    private final OutputOptions output = new OutputOptions();

    CheckCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public int run(Output out) throws IOException {
        List<StoreCheck.Finding> findings = new ArrayList<>();
        try (Progress progress = Progress.of(shell, "check", Progress.Unit.BYTES, bytes())) {
            StoreCheck.run(
                    StoreOptions.of(Keyspace.FORMAT)
                            .mode(StorageMode.PERSISTENT, folder)
                            .disk(new MeteredDisk(new LocalDisk(), progress::add)),
                    findings::add);
        }
        Rows rows = output.rows(shell, out, "state", "file", "finding");
        for (StoreCheck.Finding finding : findings) {
            rows.row(highlight(finding.state()), finding.file(), finding.what());
        }
        rows.flush();
        boolean damaged = findings.stream().anyMatch(finding -> finding.state() == StoreCheck.State.DAMAGED);
        return damaged ? ExitCode.DAMAGED : ExitCode.DONE;
    }

    private static Highlight highlight(StoreCheck.State state) {
        String text = state.name().toLowerCase(Locale.ROOT);
        return switch (state) {
            case WHOLE -> new Highlight(text, Highlight.Kind.GOOD);
            case LEFT_OVER -> new Highlight(text, Highlight.Kind.NOTE);
            case DAMAGED -> new Highlight(text, Highlight.Kind.BAD);
        };
    }

    /** Returns the approximate number of bytes to read. */
    private long bytes() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw CommandException.failed(folder + " is not a folder");
        }
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
