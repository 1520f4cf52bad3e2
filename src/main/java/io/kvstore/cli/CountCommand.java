package io.kvstore.cli;

import io.kvstore.client.KeyValueClient;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
        name = "count",
        header = "Counts keys",
        description = "Prints the number of keys that match all given filters, or of all keys without a filter.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {"  kvstore count", "  kvstore count --prefix session/"})
final class CountCommand extends ServerCommand {

    @Mixin
    private final KeyOptions keys = new KeyOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    CountCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        Rows rows = output.rows(shell, out, "count");
        rows.row(client.count(keys.query()));
        rows.flush();
        return ExitCode.DONE;
    }
}
