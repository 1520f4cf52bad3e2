package io.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares docs/cli.md and the manual pages with the help of the commands. To regenerate them, run this test with
 * {@code -Dkvstore.documents=write}: {@code ./mvnw surefire:test@default-test -Dtest=CliDocumentsTest
 * -DargLine=-Dkvstore.documents=write}.
 */
class CliDocumentsTest {

    private static final boolean WRITE = "write".equals(System.getProperty("kvstore.documents"));

    @Test
    void documents_matchTheHelpOfTheCommands() throws IOException {
        Map<String, String> files = new CliDocuments().files();
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = Path.of(file.getKey());
            if (WRITE) {
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            assertThat(path).hasContent(file.getValue());
        }
        try (Stream<Path> manuals = Files.list(Path.of("docs/man"))) {
            assertThat(manuals.map(path -> path.toString().replace('\\', '/')).toList())
                    .isSubsetOf(files.keySet());
        }
    }

    @Test
    void everyCommand_hasHelpExamplesAndExitCodes() {
        for (String name : Cli.NAMES) {
            Captured shell = new Captured();
            assertThat(shell.run(name, "--help")).isZero();
            assertThat(shell.lines().get(0)).as(name).isNotBlank();
            assertThat(shell.out())
                    .as(name)
                    .contains(
                            "Usage: kvstore " + name + " ", "Exit codes:", "  0  ", "  2  ", "Examples:", "  kvstore ")
                    .doesNotContain("%n");
            assertThat(shell.lines()).as(name).allMatch(line -> line.length() <= 120);
            String byFlag = shell.out();
            assertThat(shell.run("help", name)).isZero();
            assertThat(shell.out()).isEqualTo(byFlag);
            assertThat(shell.err()).isEmpty();
        }
    }

    @Test
    void help_listsTheCommands() {
        Captured shell = new Captured();
        assertThat(shell.run("help")).isZero();
        for (String name : Cli.NAMES) {
            assertThat(shell.lines()).anyMatch(line -> line.startsWith("  " + name + " "));
        }
    }

    @Test
    void unknownCommand_isOneLineAndExit2() {
        for (List<String> arguments : List.of(
                List.of("gte"), List.of("help", "gte"), List.of("get", "--nonsense", "k"), List.of("get", "a", "b"))) {
            Captured shell = new Captured();
            assertThat(shell.run(arguments.toArray(String[]::new))).isEqualTo(2);
            assertThat(shell.err()).startsWith("kvstore: ").contains("--help");
            assertThat(shell.err().lines()).hasSize(1);
            assertThat(shell.bytes()).isEmpty();
        }
    }

    @Test
    void argumentOutsideTheEncodingOfTheLocale_isExit2() {
        Captured shell = new Captured();
        assertThat(shell.run("get", "w\uFFFD\uFFFDrter")).isEqualTo(2);
        assertThat(shell.err()).contains("LC_ALL");
    }

    @Test
    void completion_namesCommandsAndFlags() {
        Captured shell = new Captured();
        assertThat(shell.run("completion", "bash")).isZero();
        assertThat(shell.out()).startsWith("#!/usr/bin/env bash").contains("increment", "--if-absent", "--output");
        String bash = shell.out();
        assertThat(shell.run("completion", "zsh")).isZero();
        assertThat(shell.out()).startsWith("autoload").endsWith(bash);
        assertThat(shell.run("completion", "fish")).isEqualTo(2);
    }
}
