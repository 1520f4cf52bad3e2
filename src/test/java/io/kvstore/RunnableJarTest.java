package io.kvstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar runs alone: no class it needs was left out when its dependencies were thinned out. */
@Tag("jar")
final class RunnableJarTest {
    private static final Pattern ADDRESS = Pattern.compile("http://\\S+:\\d+");

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void version_comesFromTheManifest() throws Exception {
        Process process = start("--version");
        try (BufferedReader out = process.inputReader(UTF_8)) {
            assertThat(out.readLine()).matches("kvstore \\d+\\.\\d+\\.\\d+\\S*");
        }
        assertThat(process.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void start_servesAndStopsWithoutAWarning(int mode) throws Exception {
        List<String> flags = new ArrayList<>(List.of("--port", "0", "--mode", String.valueOf(mode)));
        if (mode != 0) {
            flags.addAll(List.of("--store_path", folder.resolve("data").toString()));
        }
        serve(flags, server -> {
            assertThat(send(HttpRequest.newBuilder(server.resolve("/keys/a")).PUT(BodyPublishers.ofString("text"))))
                    .isEmpty();
            assertThat(send(HttpRequest.newBuilder(server.resolve("/keys")))).isEqualTo("{\"a\":\"text\"}");
            assertThat(send(HttpRequest.newBuilder(server.resolve("/")).header("Accept", "text/html")))
                    .startsWith("<!doctype html>");
        });
        serve(
                flags,
                server -> assertThat(send(HttpRequest.newBuilder(server.resolve("/keys"))))
                        .isEqualTo(mode == 0 ? "{}" : "{\"a\":\"text\"}"));
    }

    @Test
    void commands_askAServer() throws Exception {
        serve(List.of("--port", "0"), server -> {
            assertThat(run(server, "put", "k", "väl"))
                    .hasSize(2)
                    .endsWith("0")
                    .first()
                    .asString()
                    .startsWith("k\t1\t");
            assertThat(run(server, "get", "k")).containsExactly("väl", "0");
            assertThat(run(server, "bench", "--requests", "20", "--output", "json"))
                    .hasSize(3);
        });
    }

    /** What a command writes, and after it its exit code. */
    private List<String> run(URI server, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addAll(List.of("--url", server.toString()));
        Process process = start(command.toArray(String[]::new));
        try (BufferedReader out = process.inputReader(UTF_8)) {
            String text = out.lines().map(line -> line + "\n").collect(Collectors.joining());
            return (text.stripTrailing() + "\n" + process.waitFor()).lines().toList();
        }
    }

    private interface Client {
        void use(URI server) throws IOException, InterruptedException;
    }

    private void serve(List<String> flags, Client use) throws IOException, InterruptedException {
        Process process = start(flags.toArray(String[]::new));
        try (BufferedReader out = process.inputReader(UTF_8)) {
            Matcher address = ADDRESS.matcher(String.valueOf(out.readLine()));
            assertThat(address.find()).as(() -> "a start line; " + errors()).isTrue();
            use.use(URI.create(address.group()));
            process.destroy();
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
        assertThat(errors()).isEmpty();
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString()).body();
    }

    private Process start(String... flags) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-jar");
        command.add(System.getProperty("kvstore.jar"));
        command.addAll(List.of(flags));
        return new ProcessBuilder(command).redirectError(errorFile().toFile()).start();
    }

    private String errors() {
        try {
            return Files.readString(errorFile());
        } catch (IOException e) {
            throw new AssertionError("cannot read what the server printed on its error stream", e);
        }
    }

    private Path errorFile() {
        return folder.resolve("stderr.txt");
    }
}
