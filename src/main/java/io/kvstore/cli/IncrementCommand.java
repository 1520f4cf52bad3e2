package io.kvstore.cli;

import io.kvstore.client.IncrementResult;
import io.kvstore.client.KeyValueClient;
import io.kvstore.client.WriteOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "increment",
        header = "Adds to a number",
        description = "Adds to a number stored as text, and prints the result. An absent key counts as 0. The "
                + "operation is atomic: concurrent callers get different numbers.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {"  kvstore increment hits", "  id=$(kvstore increment --by 100 ids/order)"})
final class IncrementCommand extends ServerCommand {

    @Parameters(paramLabel = "KEY", description = "Key of the number")
    private String key = "";

    @Option(names = "--by", paramLabel = "N", description = "Number to add; may be negative (default: 1)")
    private long by = 1;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            description = "Time after which the key expires, 1ms to 3650d (default: keep the expiry)")
    private @Nullable String ttl;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    IncrementCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        IncrementResult result =
                client.increment(key, by, WriteOptions.defaults().expiring(TtlOption.parse(ttl)));
        if (output.format(shell) == OutputOptions.Format.PLAIN) {
            out.line(Long.toString(result.value()));
            return ExitCode.DONE;
        }
        Rows rows = output.rows(shell, out, "key", "value", "revision", "etag");
        rows.row(key, result.value(), result.write().revision(), result.write().etag());
        rows.flush();
        return ExitCode.DONE;
    }
}
