package io.kvstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the shell blocks of README.md, docs/recipes.md, docs/security.md and docs/uses.md with the packaged jar. Each
 * server listens on a free port until its block ends. Not covered here: the two blocks that build and test the project,
 * and the examples of {@link CliExamplesTest} and {@link TutorialTest}.
 */
@Tag("jar")
@Timeout(60)
final class DocumentedCommandsTest {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final Pattern SERVER = Pattern.compile("(?m)^(java (?!.*jar token ).*-jar .*)$");

    private static final String PREAMBLE = """
            set -eo pipefail
            trap 'for each in "${servers[@]}"; do kill "$each"; done' EXIT
            curl() { command curl -sSf "$@"; }
            serve() {
              exec {from}< <(exec "$@")
              servers+=($!)
              read -r line <&"$from"
              PORT=${line##*:}
              PORT=${PORT%%[!0-9]*}
            }
            """;

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> commands() throws IOException {
        return Stream.of("README.md", "docs/recipes.md", "docs/security.md", "docs/uses.md")
                .flatMap(DocumentedCommandsTest::blocks)
                .filter(block -> !block.startsWith("./mvnw") && !block.startsWith("alias kvstore"))
                .map(block -> DynamicTest.dynamicTest(block.lines().findFirst().orElseThrow(), () -> run(block)));
    }

    private static Stream<String> blocks(String document) {
        try {
            return BLOCK.matcher(Files.readString(Path.of(document)))
                    .results()
                    .map((MatchResult block) -> block.group(1));
        } catch (IOException e) {
            throw new AssertionError("cannot read " + document, e);
        }
    }

    private void run(String block) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory(folder, "home");
        Path jar = Path.of(System.getProperty("kvstore.jar"));
        Files.createSymbolicLink(home.resolve("kvstore.jar"), jar);
        Files.createSymbolicLink(Files.createDirectory(home.resolve("target")).resolve("kvstore.jar"), jar);
        for (String program : List.of("curl", "openssl", "jq", "ccache")) {
            if (block.contains(program)) {
                Programs.assumeInstalled(program);
            }
        }
        ProcessBuilder shell = new ProcessBuilder(
                        "/bin/bash", "-c", PREAMBLE + setupCommands(block) + adaptCommands(block))
                .directory(home.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = shell.environment();
        environment.put("PATH", Path.of(System.getProperty("java.home"), "bin") + ":" + environment.get("PATH"));
        environment.put("KVSTORE_PORT", "0");
        Process process = shell.start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).doesNotContain("warning");
    }

    /** Returns the commands that start the server and create the files that a block requires. */
    private static String setupCommands(String block) {
        String prepared = "";
        if (block.startsWith("curl") || block.startsWith("export")) {
            prepared += "serve java -jar kvstore.jar\n";
        }
        if (block.contains("hello.c")) {
            prepared += "export CCACHE_DIR=$PWD/ccache; echo 'int hello;' > hello.c\n";
        }
        if (block.contains("cert.pem") && !block.contains("openssl")) {
            prepared += "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2"
                    + " -subj /CN=kv.example.org 2>/dev/null\n"
                    + "java -jar kvstore.jar token --name app --allow app/:rw 2>/dev/null | tail -1 > tokens; chmod 600 tokens *.pem\n";
        }
        return prepared;
    }

    /** Starts the servers of a block in the background, and replaces folders and addresses that a test cannot use. */
    private static String adaptCommands(String block) {
        String joined = block.replace("\\\n", " ")
                .replace("/var/lib/kvstore", "data")
                .replace("/etc/kvstore/", "")
                .replace("0.0.0.0", "127.0.0.1")
                .replace("--port 8081", "")
                .replace("127.0.0.1:8080", "127.0.0.1:$PORT")
                .replace("https://localhost:8080/keys/greeting", "https://localhost:$PORT/keys");
        return SERVER.matcher(joined).replaceAll("serve $1");
    }
}
