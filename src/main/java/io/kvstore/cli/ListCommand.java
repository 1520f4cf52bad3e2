package io.kvstore.cli;

import io.kvstore.client.KeyValueClient;
import io.kvstore.client.Listing;
import io.kvstore.client.Query;
import io.kvstore.client.Row;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@CommandLine.Command(
        name = "list",
        header = "Lists keys and values",
        description = "Lists keys in order and prints each row as it arrives. Plain output has the key alone, "
                + "or key and value with --values.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {
            "  kvstore list --prefix config/",
            "  kvstore list --values --regex '[0-9]$' --reverse --limit 10",
            "  kvstore list --output json | jq -r .key"
        })
final class ListCommand extends ServerCommand {

    @Mixin
    private final KeyOptions keys = new KeyOptions();

    @Option(names = "--values", description = "Include the values")
    private boolean values;

    @Option(names = "--reverse", description = "List in descending order")
    private boolean reverse;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Maximum number of rows, 1 to 100000 (default: unlimited)")
    private @Nullable Integer limit;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    ListCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        Query query = values ? keys.query() : keys.query().withoutValues();
        query = reverse ? query.reversed() : query;
        query = limit == null ? query : query.limit(limit);
        boolean plain = output.format(shell) == OutputOptions.Format.PLAIN;
        Rows rows = values
                ? output.rows(shell, out, "key", "revision", "type", "expires", "value")
                : output.rows(shell, out, "key", "revision", "type", "expires");
        try (Listing<byte[]> listing = client.list(query)) {
            while (listing.hasNext()) {
                Row<byte[]> row = listing.next();
                if (plain) {
                    rows.row(values ? new @Nullable Object[] {row.key(), row.value()} : new Object[] {row.key()});
                } else if (values) {
                    rows.row(row.key(), row.revision(), row.contentType(), row.expires(), row.value());
                } else {
                    rows.row(row.key(), row.revision(), row.contentType(), row.expires());
                }
            }
            rows.flush();
            if (listing.filtered()) {
                shell.say("some keys are left out because the token may not read them");
            }
        }
        return ExitCode.DONE;
    }
}
