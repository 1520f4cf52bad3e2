package io.kvstore.cli;

import io.kvstore.client.CompactionResult;
import io.kvstore.client.KeyValueClient;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
        name = "compact",
        header = "Compacts a store's files",
        description =
                "Makes the server rewrite its files without obsolete data, and waits until it has finished. The server "
                        + "keeps serving requests meanwhile. For modes 1 and 2; the disk must have space for both "
                        + "the old and the new files.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {"  kvstore compact"})
final class CompactCommand extends ServerCommand {

    @Mixin
    private final OutputOptions output = new OutputOptions();

    CompactCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        CompactionResult compacted = client.admin().compact();
        Rows rows = output.rows(shell, out, "bytes_before", "bytes_after");
        rows.row(compacted.bytesBefore(), compacted.bytesAfter());
        rows.flush();
        return ExitCode.DONE;
    }
}
