package io.kvstore.cli;

import io.kvstore.client.Certificates;
import io.kvstore.client.Codecs;
import io.kvstore.client.KeyValueClient;
import io.kvstore.client.KeyValueClientBuilder;
import io.kvstore.config.Setting;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that select the server and the access token. */
final class ServerOptions {

    private static final String URL_DEFAULT = "http://127.0.0.1:8080";
    private static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(30);
    private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);
    private static final Duration TIMEOUT_MAX = Duration.ofDays(1);

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Address of the server (environment: KVSTORE_URL; default: http://127.0.0.1:8080)")
    private @Nullable String url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File whose first line is the access token (environment: KVSTORE_TOKEN_FILE)")
    private @Nullable Path tokenFile;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "Access token; visible in the process list, so prefer --token-file (environment: "
                    + "KVSTORE_TOKEN)")
    private @Nullable String token;

    @Option(
            names = "--ca-cert",
            paramLabel = "FILE",
            description = "PEM file of CA certificates to trust (environment: KVSTORE_CA_CERT; default: the JVM "
                    + "trust store)")
    private @Nullable Path caCert;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description =
                    "Timeout of a single attempt, 10ms to 1d (default: 30s; for compact, import and the deletion of "
                            + "many keys 1h)")
    private @Nullable String timeout;

    /** Returns a client of the server. */
    KeyValueClient<byte[]> connect(Shell shell) {
        return builder(shell).build();
    }

    /** Returns a builder with the settings of these options. */
    KeyValueClientBuilder<byte[]> builder(Shell shell) {
        KeyValueClientBuilder<byte[]> builder = KeyValueClient.builder(address(shell), Codecs.bytes());
        if (timeout != null) {
            builder.timeout(timeout()).bulkTimeout(timeout());
        }
        String known = token(shell);
        if (known != null) {
            builder.token(known);
        }
        Path authorities = path(caCert, shell, "KVSTORE_CA_CERT");
        if (authorities != null) {
            builder.tls(Certificates.trusting(authorities));
        }
        return builder;
    }

    /** Returns the timeout of a single attempt. */
    Duration timeout() {
        return timeout == null ? TIMEOUT_DEFAULT : new Setting("--timeout", timeout).duration(TIMEOUT_MIN, TIMEOUT_MAX);
    }

    private URI address(Shell shell) {
        String given = url != null ? url : shell.variable("KVSTORE_URL");
        try {
            return new URI(given == null ? URL_DEFAULT : given);
        } catch (URISyntaxException e) {
            throw CommandException.usage(
                    (url != null ? "--url" : "KVSTORE_URL") + " must be a URL like " + URL_DEFAULT + ", not " + given);
        }
    }

    private @Nullable String token(Shell shell) {
        if (token != null && tokenFile != null) {
            throw CommandException.usage("--token and --token-file exclude each other; give one of them");
        }
        if (token != null) {
            return token;
        }
        String variable = shell.variable("KVSTORE_TOKEN");
        if (tokenFile == null && variable != null) {
            return variable;
        }
        Path file = path(tokenFile, shell, "KVSTORE_TOKEN_FILE");
        return file == null ? null : firstLine(file);
    }

    private static @Nullable Path path(@Nullable Path given, Shell shell, String name) {
        String variable = shell.variable(name);
        return given != null ? given : variable == null ? null : Path.of(variable);
    }

    private static String firstLine(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty() || lines.get(0).isBlank()) {
                throw CommandException.failed(file + " must have a token in its first line");
            }
            return lines.get(0).strip();
        } catch (IOException e) {
            throw CommandException.failed("cannot read the token: ", e);
        }
    }
}
