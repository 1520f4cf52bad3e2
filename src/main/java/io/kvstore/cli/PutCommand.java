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
        description =
                "Stores a value: the text that is given, the bytes of a file, or else those of standard input. All of"
                        + " it is read into memory before it is sent. An expiry that the key had is gone, unless --ttl says"
                        + " otherwise.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT, ExitCode.CONDITION_TEXT},
        footer = {
            "  kvstore put greeting 'good morning'",
            "  kvstore put photos/7 --file 7.jpg --type image/jpeg",
            "  pg_dump app | kvstore put dumps/app --ttl 7d",
            "  kvstore put config/web '{}' --if-absent"
        })
final class PutCommand extends ServerCommand {

    @Parameters(index = "0", paramLabel = "KEY", description = "the key")
    private String key = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "the value, as UTF-8")
    private @Nullable String value;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "whose bytes are the value; - for standard input")
    private @Nullable String file;

    @Option(names = "--type", paramLabel = "TYPE", description = "the content type that is kept with the value")
    private @Nullable String type;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            description = "the key is gone after it, 1ms to 3650d; keep for the expiry that it has")
    private @Nullable String ttl;

    @Option(names = "--if-absent", description = "only if there is no such key")
    private boolean ifAbsent;

    @Option(names = "--if-match", paramLabel = "ETAG", description = "only if the key is in that state; * for any")
    private @Nullable String ifMatch;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    PutCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException {
        if (ifAbsent && ifMatch != null) {
            throw CommandException.usage("--if-absent and --if-match cannot both hold");
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

    /** What {@code --if-match} says. */
    static Condition condition(@Nullable String etag) {
        return etag == null
                ? Condition.none()
                : etag.equals("*") ? Condition.present() : Condition.revision(new ETag(quoted(etag)));
    }

    /** A shell takes quotes away. */
    private static String quoted(String etag) {
        return etag.startsWith("\"") ? etag : '"' + etag + '"';
    }

    private byte[] value() throws IOException {
        if (value != null) {
            if (file != null) {
                throw CommandException.usage("a value and --file are both given: one is enough");
            }
            return value.getBytes(StandardCharsets.UTF_8);
        }
        if (file != null && !file.equals("-")) {
            return Files.readAllBytes(Path.of(file));
        }
        if (file == null && shell.terminals().in()) {
            throw CommandException.usage("a value is missing: give it, or --file, or send it to standard input");
        }
        return shell.in().readAllBytes();
    }
}
