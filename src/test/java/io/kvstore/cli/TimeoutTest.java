package io.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command that takes {@code --timeout} gives up after that time if the server accepts connections but never answers. */
@Timeout(60)
class TimeoutTest {

    /** The requests of each command; {@code FILE} stands for a file of rows. */
    private static final Map<String, List<List<String>>> REQUESTS = Map.ofEntries(
            Map.entry("bench", List.of(List.of("--seconds", "1"))),
            Map.entry("compact", List.of(List.of())),
            Map.entry("count", List.of(List.of())),
            Map.entry("delete", List.of(List.of("a"), List.of("--prefix", "a", "--yes"))),
            Map.entry("export", List.of(List.of())),
            Map.entry("get", List.of(List.of("a"))),
            Map.entry("import", List.of(List.of("FILE"))),
            Map.entry("increment", List.of(List.of("a"))),
            Map.entry("list", List.of(List.of())),
            Map.entry("lock", List.of(List.of("a", "--", "true"))),
            Map.entry("put", List.of(List.of("a", "value"))),
            Map.entry("snapshot", List.of(List.of())),
            Map.entry("watch", List.of(List.of())));

    @TempDir
    private Path folder;

    private ServerSocket silent;

    @BeforeEach
    void listen() throws IOException {
        silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        silent.close();
    }

    static List<List<String>> requests() {
        return REQUESTS.entrySet().stream()
                .flatMap(command -> command.getValue().stream()
                        .map(arguments -> Stream.concat(
                                        Stream.of(command.getKey(), "--timeout", "50ms"), arguments.stream())
                                .toList()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void command_givesUpAfterItsTimeout(List<String> command) throws IOException {
        Path rows = Files.writeString(
                folder.resolve("rows"), "{\"key\":\"a\",\"value\":\"1\"}\n{\"end\":true,\"count\":1}\n");
        Captured shell = new Captured();
        shell.variable(
                "KVSTORE_URL", "http://" + silent.getInetAddress().getHostAddress() + ":" + silent.getLocalPort());
        String[] arguments = command.stream()
                .map(each -> each.equals("FILE") ? rows.toString() : each)
                .toArray(String[]::new);
        assertThat(shell.run(arguments)).as(shell::err).isNotZero();
        assertThat(new String(shell.bytes(), StandardCharsets.UTF_8)).isEmpty();
        assertThat(shell.err()).startsWith("kvstore: ");
    }

    @Test
    void everyCommandWithTheOption_isTested() {
        List<String> commands = Cli.all(new Captured().shell()).getSubcommands().values().stream()
                .map(line -> line.getCommandSpec())
                .filter(command -> command.findOption("--timeout") != null)
                .map(command -> command.name())
                .toList();
        assertThat(REQUESTS.keySet()).containsExactlyInAnyOrderElementsOf(commands);
    }
}
