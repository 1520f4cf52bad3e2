package io.kvstore.cli;

import io.kvstore.client.KeyValueClient;
import io.kvstore.client.Row;
import io.kvstore.client.Watch;
import io.kvstore.client.WatchEvent;
import io.kvstore.client.WatchOptions;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@CommandLine.Command(
        name = "watch",
        header = "Prints changes as they happen",
        description = "Prints every change as it happens, in order and without gaps, until the command is stopped. If "
                + "the connection breaks, the command reconnects and resumes after the last change. Columns: event "
                + "(put, delete, expire; with --initial also synced and restarted), id, revision, key, "
                + "value.",
        exitCodeList = {
            ExitCode.DONE_TEXT,
            "1:failure, including changes that were missed because the server no longer keeps them",
            ExitCode.USAGE_TEXT
        },
        footer = {
            "  kvstore watch --prefix config/",
            "  kvstore watch --initial --output json | while read -r event; do deploy \"$event\"; done",
            "  kvstore watch --since 42 --count 1"
        })
final class WatchCommand extends ServerCommand {

    @Option(names = "--prefix", paramLabel = "TEXT", description = "Watch only keys with this prefix")
    private @Nullable String prefix;

    @Option(
            names = "--since",
            paramLabel = "ID",
            description = "Begin after the event with this id, or after this revision (default: now)")
    private @Nullable String since;

    @Option(names = "--initial", description = "Print the existing keys first, then the event synced, then changes")
    private boolean initial;

    @Option(names = "--no-values", description = "Omit the values")
    private boolean noValues;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Number of events after which to stop (default: unlimited)")
    private @Nullable Long count;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    WatchCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        WatchOptions options = new WatchOptions(prefix, since, initial, !noValues);
        Rows rows = output.rows(shell, out, "event", "id", "revision", "key", "value");
        long left = count == null ? Long.MAX_VALUE : count;
        try (Watch<byte[]> watch = client.watch(options)) {
            while (left-- > 0 && watch.hasNext()) {
                show(watch.next(), rows);
                rows.flush();
            }
        }
        return ExitCode.DONE;
    }

    private static void show(WatchEvent<byte[]> event, Rows rows) throws IOException {
        Long revision = switch (event.type()) {
            case PUT, DELETE, EXPIRE, SYNCED -> event.revision();
            case RESTARTED -> null;
        };
        Row<byte[]> row = event.row();
        String type = event.type().name().toLowerCase(Locale.ROOT);
        rows.row(type, event.id(), revision, event.key(), row == null ? null : row.value());
    }
}
