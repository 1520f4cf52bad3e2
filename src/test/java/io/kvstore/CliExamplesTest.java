package io.kvstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every example of docs/cli.md, and the examples of the same commands in README.md, in a shell with bin/kvstore
 * and the packaged jar, against a server in mode 1. Stubs replace third-party programs.
 */
@Tag("jar")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class CliExamplesTest {

    /** Each example line, and a regular expression for its whole output. */
    private static final Map<String, String> PRINTED = Map.ofEntries(
            entry("kvstore get greeting", "good morning\n"),
            entry("kvstore get photos/7 > 7.jpg", ""),
            entry("kvstore get --info --output json greeting", "\\{\"key\":\"greeting\",.*\"etag\":.*}\n"),
            entry("kvstore put greeting 'good morning'", "greeting\t\\d+\t.*\n"),
            entry("kvstore put greeting 'good morning' --ttl 1h", "greeting\t\\d+\t.*\n"),
            entry("kvstore put photos/7 --file 7.jpg --type image/jpeg", "photos/7\t\\d+\t.*\n"),
            entry("pg_dump app | kvstore put dumps/app --ttl 7d", "dumps/app\t\\d+\t.*\n"),
            entry("kvstore put config/web '{}' --if-absent", "config/web\t\\d+\t.*\n"),
            entry("kvstore delete greeting", "1\t\\d+\n"),
            entry("kvstore delete --prefix session/ --yes", "2\t\\d+\n"),
            entry("kvstore list --prefix config/", "config/db\n"),
            entry("kvstore list --values --prefix gr", "greeting\tgood morning\n"),
            entry("kvstore list --values --regex '[0-9]$' --reverse --limit 10", "(?s)session/2\tb\nsession/1\ta\n.*"),
            entry("kvstore list --output json | jq -r .key", "(?s).*config/db.*greeting.*"),
            entry("kvstore count", "5\n"),
            entry("kvstore count --prefix session/", "2\n"),
            entry("kvstore increment hits", "1\n"),
            entry("id=$(kvstore increment --by 100 ids/order)", ""),
            entry("kvstore watch --prefix config/", "(?s).*config/.*"),
            entry(
                    "kvstore watch --initial --output json | while read -r event; do deploy \"$event\"; done",
                    "(?s)deployed .*greeting.*"),
            entry("kvstore watch --since 42 --count 1", "put\t.*-43.0\t43\tgreeting\tgood morning\n"),
            entry("kvstore lock jobs/report --ttl 10s -- ./report.sh --daily", "the report --daily\n"),
            entry("kvstore lock jobs/report --ttl 10s -- ./report.sh", "the report \n"),
            entry("kvstore lock deploy --ttl 30s --wait 0s -- make deploy", "made deploy\n"),
            entry(
                    "kvstore lock db -- sh -c 'psql -v fence=\"$KVSTORE_LOCK_REVISION\" -f migrate.sql'",
                    "psql -v fence=\\d+ -f migrate.sql\n"),
            entry("kvstore export dump.ndjson", ""),
            entry("kvstore export --prefix config/ | jq .", "(?s)\\{\"key\":\"config/db\".*"),
            entry("kvstore export --gzip dump.ndjson.gz", ""),
            entry("kvstore import dump.ndjson", "(?s).*"),
            entry("kvstore export --url http://a:8080 | kvstore import --url http://b:8080 --mode replace", "(?s).*"),
            entry("kvstore snapshot backup", ""),
            entry("kvstore snapshot - | gzip > backup.gz", ""),
            entry("kvstore restore backup data", "(?s).*"),
            entry(
                    "kvstore restore --mode 3 backup data && java -jar kvstore.jar --mode 3 --store_path data",
                    "(?s).*listening on http://.*"),
            entry("kvstore check data", "(?s).*"),
            entry("kvstore check data --output json | jq 'select(.state == \"damaged\")'", "(?s)\\{.*"),
            entry("kvstore compact", "(?s).*"),
            entry("kvstore bench", "put\t100\t0\t.*\nget\t100\t0\t.*\n"),
            entry("kvstore bench --clients 16", "put\t100\t0\t.*\nget\t100\t0\t.*\n"),
            entry("kvstore bench --tests put --clients 64 --duration 30s --value-size 1k", "put\t\\d+\t0\t.*\n"),
            entry("kvstore bench --tests get --rate 5000 --output json", "(?s)\\{\"test\":\"get\".*"),
            entry("kvstore token --name app --allow app/:rw --allow shared/:r", "(?s).*sha256:.*"),
            entry("kvstore token --key --name issuer --allow app/:rw", "(?s).*hmac-sha256:.*"),
            entry("kvstore token --sign --auth_file tokens --prefix app/a/ --read --expires 1h", "\\S+\n"),
            entry("source <(kvstore completion bash)", ""),
            entry(
                    "kvstore completion zsh > ~/.kvstore-completion && echo 'source ~/.kvstore-completion' >> ~/.zshrc",
                    ""));

    /** Commands that run until they are stopped. */
    private static final Pattern ENDLESS = Pattern.compile("kvstore watch (?!.*--count).*|.*java -jar.*");

    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```sh\n(.*?)^```$");
    private static final Pattern WITH_COMMENT = Pattern.compile("^(.*?\\S) {2,}#.*$");

    private Path folder;
    private Server server;
    private RawHttp http;

    @BeforeAll
    void start(@TempDir Path files) throws IOException {
        folder = files;
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is not installed");
        server = TestServer.start(StorageMode.PERSISTENT, folder.resolve("served"));
        http = RawHttp.connect(server.port());
        Path programs = Files.createDirectory(folder.resolve("programs"));
        program(programs, "kvstore", "exec '" + Path.of("bin/kvstore").toAbsolutePath() + "' \"$@\"");
        program(programs, "pg_dump", "echo dumped");
        program(programs, "jq", "cat");
        program(programs, "deploy", "echo deployed \"$1\"");
        program(programs, "make", "echo made \"$1\"");
        program(programs, "psql", "echo psql \"$@\"");
    }

    @AfterAll
    void stop() {
        if (server != null) {
            http.close();
            server.close();
        }
    }

    @TestFactory
    List<DynamicTest> examples() throws IOException {
        List<String> examples = new ArrayList<>(examples(Path.of("docs/cli.md")));
        for (String line : examples(Path.of("README.md"))) {
            if (line.startsWith("kvstore ") && !examples.contains(line)) {
                examples.add(line);
            }
        }
        assertThat(PRINTED.keySet()).containsExactlyInAnyOrderElementsOf(examples);
        return examples.stream()
                .map(line -> DynamicTest.dynamicTest(line, () -> run(line)))
                .toList();
    }

    private static List<String> examples(Path document) throws IOException {
        return EXAMPLE.matcher(Files.readString(document))
                .results()
                .flatMap(block -> block.group(1).lines())
                .map(line -> WITH_COMMENT.matcher(line).replaceFirst("$1"))
                .toList();
    }

    private void run(String line) throws IOException, InterruptedException {
        store();
        Path home = Files.createTempDirectory(folder, "home");
        files(home, line);
        Process shell = shell(home, adapted(line));
        try (BufferedReader out = shell.inputReader(UTF_8)) {
            Pattern printed = Pattern.compile(PRINTED.get(line));
            if (ENDLESS.matcher(line).matches()) {
                assertThat(untilPrinted(shell, out, printed))
                        .as(() -> errors(home))
                        .matches(printed);
            } else {
                String all = out.lines().map(each -> each + "\n").collect(Collectors.joining());
                assertThat(shell.waitFor()).as(() -> all + errors(home)).isZero();
                assertThat(all).as(() -> errors(home)).matches(printed);
            }
        } finally {
            shell.descendants().forEach(ProcessHandle::destroy);
            shell.destroy();
        }
    }

    /** Replaces what a test cannot provide: two servers, half a minute. */
    private static String adapted(String line) {
        return line.replace("http://a:8080", "$KVSTORE_URL")
                .replace("http://b:8080", "$KVSTORE_URL")
                .replace("--duration 30s", "--duration 100ms")
                .replaceFirst("kvstore bench(?!.*--duration)", "kvstore bench --requests 100");
    }

    /** Reads the output until it matches or ends; writes a key repeatedly meanwhile, for commands that watch. */
    private String untilPrinted(Process shell, BufferedReader out, Pattern printed) throws IOException {
        StringBuilder all = new StringBuilder();
        while (!printed.matcher(all).matches()) {
            while (!out.ready()) {
                if (!shell.isAlive()) {
                    return all.toString();
                }
                put("config/new", "x");
                LockSupport.parkNanos(10_000_000);
            }
            all.append(out.readLine()).append('\n');
        }
        return all.toString();
    }

    /** Stores the same entries for each example; the newest has a revision above 42. */
    private void store() {
        assertThat(http.request("DELETE", "/keys?all=true").status()).isEqualTo(200);
        put("config/db", "{}");
        put("photos/7", "a picture");
        put("session/1", "a");
        put("session/2", "b");
        do {
            put("greeting", "good morning");
        } while (Integer.parseInt(http.request("HEAD", "/keys").header("KV-Revision")) <= 43);
    }

    private void put(String key, String value) {
        assertThat(http.put("/keys/" + key, value).status()).isIn(200, 201);
    }

    /** Creates the files that the examples read. */
    private void files(Path home, String line) throws IOException, InterruptedException {
        Files.writeString(home.resolve("7.jpg"), "a picture");
        program(home, "report.sh", "echo the report \"$1\"");
        Files.createSymbolicLink(home.resolve("kvstore.jar"), Path.of(System.getProperty("kvstore.jar")));
        if (line.contains("import")) {
            Files.write(home.resolve("dump.ndjson"), http.get("/export").body());
        }
        if (line.contains("restore") || line.contains("check")) {
            Files.write(home.resolve("backup"), http.get("/snapshot").body());
        }
        if (line.contains("check")) {
            prepare(home, "kvstore restore backup data");
        }
        if (line.contains("damaged")) {
            Path file = home.resolve("data/pages");
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
        }
        if (line.contains("--sign")) {
            prepare(home, "umask 077; kvstore token --key --name issuer --allow app/:rw > tokens");
        }
    }

    private void prepare(Path home, String line) throws IOException, InterruptedException {
        Process shell = shell(home, line);
        shell.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertThat(shell.waitFor()).as(() -> errors(home)).isZero();
    }

    private Process shell(Path home, String line) throws IOException {
        ProcessBuilder shell = new ProcessBuilder("/bin/bash", "-o", "pipefail", "-c", line)
                .directory(home.toFile())
                .redirectError(home.resolve("stderr").toFile());
        Map<String, String> environment = shell.environment();
        environment.put("HOME", home.toString());
        environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        environment.put("PATH", folder.resolve("programs") + ":" + environment.get("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("KVSTORE_JAR", System.getProperty("kvstore.jar"));
        environment.put("KVSTORE_URL", server.address());
        environment.put("KVSTORE_PORT", "0");
        return shell.start();
    }

    private static void program(Path folder, String name, String script) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static String errors(Path home) {
        try {
            return Files.readString(home.resolve("stderr"));
        } catch (IOException e) {
            throw new AssertionError("cannot read the standard error of the example", e);
        }
    }
}
