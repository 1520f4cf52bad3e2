package io.kvstore.cli;

import io.kvstore.client.Entry;
import io.kvstore.client.KeyValueClient;
import io.kvstore.client.Metadata;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "get",
        header = "Reads a value",
        description = "Writes the value of a key to standard output, byte for byte. A binary value is not "
                + "written to a terminal.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT, ExitCode.ABSENT_TEXT},
        footer = {
            "  kvstore get greeting",
            "  kvstore get photos/7 > 7.jpg",
            "  kvstore get --info --output json greeting"
        })
final class GetCommand extends ServerCommand {

    @Parameters(paramLabel = "KEY", description = "Key to read")
    private String key = "";

    @Option(
            names = "--info",
            description = "Print the metadata instead of the value: revision, ETag, size, type, expiry")
    private boolean info;

    @Option(names = "--force", description = "Write a binary value to a terminal")
    private boolean force;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    GetCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        return info ? describe(client.metadata(key), out) : write(client.entry(key), out);
    }

    private int write(@Nullable Entry<byte[]> entry, Output out) throws IOException {
        if (entry == null) {
            return absent();
        }
        byte[] value = entry.value();
        if (shell.terminals().out() && !force && isBinary(value)) {
            throw CommandException.failed("the value is binary (" + value.length + " bytes of type "
                    + entry.metadata().contentType()
                    + "); redirect it to a file with > FILE, or write it to the terminal with --force");
        }
        out.write(value);
        return ExitCode.DONE;
    }

    private static boolean isBinary(byte[] value) {
        String text = Rows.text(value);
        return text == null || text.chars().anyMatch(c -> Character.isISOControl(c) && "\n\r\t".indexOf(c) < 0);
    }

    private int describe(@Nullable Metadata metadata, Output out) throws IOException {
        if (metadata == null) {
            return absent();
        }
        Duration left = metadata.timeToLive();
        Rows rows = output.rows(shell, out, "key", "revision", "etag", "bytes", "type", "modified", "ttl_seconds");
        rows.row(
                key,
                metadata.revision(),
                metadata.etag(),
                metadata.length(),
                metadata.contentType(),
                metadata.lastModified(),
                left == null ? null : left.toSeconds());
        rows.flush();
        return ExitCode.DONE;
    }

    private int absent() {
        shell.say("key not found: " + Rows.printable(key));
        return ExitCode.ABSENT;
    }
}
