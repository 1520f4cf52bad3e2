package io.kvstore.cli;

import io.kvstore.client.CompactionResult;
import io.kvstore.client.KeyValueClient;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
        name = "compact",
        header = "Shrinks a store's files",
        description =
                "Has the server write its files anew without what they no longer need, while it serves, and waits for"
                        + " that. For the modes 1 and 2; needs disk space for both.",
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
