package io.kvstore.cli;

import io.kvstore.client.Condition;
import io.kvstore.client.ETag;
import io.kvstore.client.KeyValueClient;
import io.kvstore.client.WriteOptions;
import io.kvstore.client.WriteResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "put",
        header = "Stores a value",
        description = "Stores a value: the given text, the bytes of a file, or standard input. The whole value "
                + "is read into memory before it is sent. The expiry of the key is removed unless --ttl is "
                + "given.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT, ExitCode.CONDITION_TEXT},
        footer = {
            "  kvstore put greeting 'good morning'",
            "  kvstore put photos/7 --file 7.jpg --type image/jpeg",
            "  pg_dump app | kvstore put dumps/app --ttl 7d",
            "  kvstore put config/web '{}' --if-absent"
        })
final class PutCommand extends ServerCommand {

    @Parameters(index = "0", paramLabel = "KEY", description = "Key to write")
    private String key = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "Value, stored as UTF-8")
    private @Nullable String value;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "File with the value; - for standard input")
    private @Nullable String file;

    @Option(names = "--type", paramLabel = "TYPE", description = "Content type to store with the value")
    private @Nullable String type;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            description = "Time after which the key expires, 1ms to 3650d; keep retains the current expiry "
                    + "(default: no expiry)")
    private @Nullable String ttl;

    @Option(names = "--if-absent", description = "Write only if the key does not exist")
    private boolean ifAbsent;

    @Option(names = "--if-match", paramLabel = "ETAG", description = "Write only if the key has this ETag; * for any")
    private @Nullable String ifMatch;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    PutCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        if (ifAbsent && ifMatch != null) {
            throw CommandException.usage("--if-absent and --if-match exclude each other; give one of them");
        }
        WriteOptions options = WriteOptions.defaults()
                .when(ifAbsent ? Condition.absent() : condition(ifMatch))
                .expiring(TtlOption.parse(ttl));
        WriteResult written = client.put(key, value(), type == null ? options : options.as(type));
        Rows rows = output.rows(shell, out, "key", "revision", "etag", "created");
        rows.row(key, written.revision(), written.etag(), written.created());
        rows.flush();
        return ExitCode.DONE;
    }

    /** Returns the condition of an {@code --if-match}, or none for null. */
    static Condition condition(@Nullable String etag) {
        return etag == null
                ? Condition.none()
                : etag.equals("*") ? Condition.present() : Condition.revision(new ETag(quoted(etag)));
    }

    /** Adds the quotes of an ETag, which a shell removes from an argument. */
    private static String quoted(String etag) {
        return etag.startsWith("\"") ? etag : '"' + etag + '"';
    }

    private byte[] value() throws IOException {
        if (value != null) {
            if (file != null) {
                throw CommandException.usage("VALUE and --file exclude each other; give one of them");
            }
            return value.getBytes(StandardCharsets.UTF_8);
        }
        if (file != null && !file.equals("-")) {
            return Files.readAllBytes(Path.of(file));
        }
        if (file == null && shell.terminals().in()) {
            throw CommandException.usage("give a VALUE or --file, or redirect standard input, which is a terminal");
        }
        return shell.in().readAllBytes();
    }
}
