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
        header = "Deletes a key, or many",
        description =
                "Deletes a key, or the keys that all of the given filters select. Before many are deleted, it says how"
                        + " many and asks, where it runs in a terminal; elsewhere it wants --yes.",
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

    @Parameters(arity = "0..1", paramLabel = "KEY", description = "the key")
    private @Nullable String key;

    @Mixin
    private final KeyOptions keys = new KeyOptions();

    @Option(names = "--all", description = "every key")
    private boolean all;

    @Option(names = "--if-match", paramLabel = "ETAG", description = "only if the key is in that state")
    private @Nullable String ifMatch;

    @Option(
            names = {"-y", "--yes"},
            description = "deletes many without asking")
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
                throw CommandException.usage("a key and a filter are both given: delete one, or many");
            }
            return deleteOne(client, key, out);
        }
        if (keys.isAll() != all) {
            throw CommandException.usage(
                    all ? "--all and a filter are both given" : "a key is missing, or a filter, or --all");
        }
        if (ifMatch != null) {
            throw CommandException.usage("--if-match is for one key");
        }
        return deleteMany(client, out);
    }

    private int deleteOne(KeyValueClient<byte[]> client, String one, Output out) throws IOException {
        DeleteResult deleted = client.delete(one, PutCommand.condition(ifMatch));
        if (!deleted.existed()) {
            shell.say("there is no key " + Rows.printable(one));
            return ExitCode.ABSENT;
        }
        show(1, deleted.revision(), out);
        return ExitCode.DONE;
    }

    private int deleteMany(KeyValueClient<byte[]> client, Output out) throws IOException {
        if (!yes && !isAgreed(client.count(keys.query()))) {
            shell.say("nothing was deleted");
            return ExitCode.FAILED;
        }
        BulkDeleteResult deleted = client.deleteAll(keys.query());
        show(deleted.count(), deleted.revision(), out);
        return ExitCode.DONE;
    }

    private boolean isAgreed(long count) throws IOException {
        if (!shell.terminals().in() || !shell.terminals().err()) {
            throw CommandException.usage(
                    "--yes is missing, and this is no terminal to ask in: " + count + " keys would be deleted");
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
