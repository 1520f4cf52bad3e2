package io.kvstore.cli;

import io.kvstore.client.BulkDeleteResult;
import io.kvstore.client.DeleteResult;
import io.kvstore.client.KeyValueClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "delete",
        header = "Deletes one key or many",
        description = "Deletes one key, or the keys that match all given filters. Before it deletes many keys, "
                + "it prints their number and asks for confirmation; without a terminal, it requires --yes.",
        exitCodeList = {
            ExitCode.DONE_TEXT,
            ExitCode.FAILED_TEXT,
            ExitCode.USAGE_TEXT,
            ExitCode.ABSENT_TEXT,
            ExitCode.CONDITION_TEXT
        },
        footer = {
            "  kvstore delete greeting",
            "  kvstore delete --prefix session/ --yes",
        })
final class DeleteCommand extends ServerCommand {

    @Parameters(arity = "0..1", paramLabel = "KEY", description = "Key to delete")
    private @Nullable String key;

    @Mixin
    private final KeyOptions keys = new KeyOptions();

    @Option(names = "--all", description = "Delete every key")
    private boolean all;

    @Option(names = "--if-match", paramLabel = "ETAG", description = "Delete only if the key has this ETag")
    private @Nullable String ifMatch;

    @Option(
            names = {"-y", "--yes"},
            description = "Delete many keys without confirmation")
    private boolean yes;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    DeleteCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        if (key != null) {
            if (all || !keys.isAll()) {
                throw CommandException.usage("KEY cannot be combined with a filter or --all; give one of them");
            }
            return deleteOne(client, key, out);
        }
        if (keys.isAll() != all) {
            throw CommandException.usage(
                    all
                            ? "--all cannot be combined with a filter; give one of them"
                            : "give a KEY, a filter, or --all");
        }
        if (ifMatch != null) {
            throw CommandException.usage("--if-match applies to one KEY only; remove it or give a KEY");
        }
        return deleteMany(client, out);
    }

    private int deleteOne(KeyValueClient<byte[]> client, String one, Output out) throws IOException {
        DeleteResult deleted = client.delete(one, PutCommand.condition(ifMatch));
        if (!deleted.existed()) {
            shell.say("key not found: " + Rows.printable(one));
            return ExitCode.ABSENT;
        }
        show(1, deleted.revision(), out);
        return ExitCode.DONE;
    }

    private int deleteMany(KeyValueClient<byte[]> client, Output out) throws IOException {
        if (!yes && !isConfirmed(client.count(keys.query()))) {
            shell.say("nothing was deleted");
            return ExitCode.FAILED;
        }
        BulkDeleteResult deleted = client.deleteAll(keys.query());
        show(deleted.count(), deleted.revision(), out);
        return ExitCode.DONE;
    }

    private boolean isConfirmed(long count) throws IOException {
        if (!shell.terminals().in() || !shell.terminals().err()) {
            throw CommandException.usage(
                    "this would delete " + count + " keys; confirm with --yes, because there is no terminal to ask");
        }
        shell.err().print("kvstore: delete " + count + " keys? [y/N] ");
        shell.err().flush();
        String answer = new BufferedReader(new InputStreamReader(shell.in(), StandardCharsets.UTF_8)).readLine();
        return answer != null
                && (answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes"));
    }

    private void show(long count, long revision, Output out) throws IOException {
        Rows rows = output.rows(shell, out, "deleted", "revision");
        rows.row(count, revision);
        rows.flush();
    }
}
