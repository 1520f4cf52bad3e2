package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the console blocks of README.md and docs/recipes.md against a server, line by line, and compares the output. */
@Tag("http")
class TutorialTest {

    private static final String ADDRESS = "http://127.0.0.1:8080";

    /** The commands write their files here. */
    @TempDir
    Path folder;

    /** A command and the output that the document shows below it. */
    private record Step(String command, List<String> shown) {}

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/recipes.md"})
    void document_showsWhatItsCommandsPrint(String document) throws Exception {
        assumeTrue(run(List.of("curl", "--version"), "").startsWith("curl"), "curl is not installed");
        List<Step> steps = steps(Files.readAllLines(Path.of(document)));
        assertThat(steps).hasSizeGreaterThan(10);
        try (Server server = TestServer.start(StorageMode.MEMORY, Path.of("unused"))) {
            StringBuilder script = new StringBuilder();
            for (Step step : steps) {
                script.append(step.command().replace(ADDRESS, server.address())).append("\necho '--end--'\n");
            }
            String[] printed = run(List.of("sh"), script.toString()).split("--end--\n", -1);
            for (int i = 0; i < steps.size(); i++) {
                String shown = String.join("\n", steps.get(i).shown());
                assertThat(printed[i].replace("\r", "").stripTrailing())
                        .as(steps.get(i).command())
                        .matches(Pattern.quote(shown).replace("…", "\\E.*\\Q"));
            }
        }
    }

    private static List<Step> steps(List<String> lines) {
        List<Step> steps = new ArrayList<>();
        boolean console = false;
        for (String line : lines) {
            if (line.startsWith("```")) {
                console = line.equals("```console");
            } else if (console && line.startsWith("$ ")) {
                steps.add(new Step(line.substring(2), new ArrayList<>()));
            } else if (console) {
                steps.get(steps.size() - 1).shown().add(line);
            }
        }
        return steps;
    }

    private String run(List<String> command, String input) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return "";
        }
        process.outputWriter(StandardCharsets.UTF_8).append(input).close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(30, TimeUnit.SECONDS);
        return printed;
    }
}
