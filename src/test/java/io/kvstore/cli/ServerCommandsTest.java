package io.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.client.ScriptedServer;
import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.TestJson;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that access a server: their output, messages and exit codes. */
@Timeout(60)
class ServerCommandsTest {

    private static final byte[] BINARY = {(byte) 0xff, 0, 1};

    @TempDir
    Path folder;

    private Server server;
    private final Captured shell = new Captured();

    @BeforeEach
    void start() {
        server = TestServer.start(StorageMode.PERSISTENT, folder.resolve("data"));
        shell.variable("KVSTORE_URL", server.address());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<String> succeeds(String... arguments) {
        assertThat(shell.run(arguments)).as(() -> shell.err()).isZero();
        return shell.lines();
    }

    private void fails(int code, String message, String... arguments) {
        assertThat(shell.run(arguments)).as(() -> shell.err()).isEqualTo(code);
        assertThat(shell.err()).startsWith("kvstore: ").contains(message).doesNotContain("\tat ");
        assertThat(shell.err().lines()).hasSize(1);
        assertThat(shell.bytes()).isEmpty();
    }

    @Test
    void get_writesExactlyTheBytes() {
        shell.input(BINARY);
        succeeds("put", "k");
        succeeds("get", "k");
        assertThat(shell.bytes()).isEqualTo(BINARY);
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void get_ofAnAbsentKeyIsExit3() {
        fails(3, "key not found: missing", "get", "missing");
        fails(3, "key not found: missing", "get", "--info", "missing");
    }

    @Test
    void get_writesNoBinaryValueToATerminal() {
        shell.input(BINARY);
        succeeds("put", "k", "--type", "image/png");
        shell.terminals(false, true, true);
        fails(1, "binary (3 bytes of type image/png)", "get", "k");
        succeeds("get", "--force", "k");
        assertThat(shell.bytes()).isEqualTo(BINARY);
        shell.terminals(false, false, false);
        succeeds("put", "escape", "\033[2J");
        shell.terminals(false, true, true);
        fails(1, "binary", "get", "escape");
    }

    @Test
    void getInfo_printsTheMetadata() {
        succeeds("put", "k", "text", "--type", "text/x", "--ttl", "1h");
        assertThat(succeeds("get", "--info", "--output", "json", "k").get(0))
                .contains("\"key\":\"k\",\"revision\":1,\"etag\":\"\\\"")
                .contains("\"bytes\":4,\"type\":\"text/x\"")
                .contains("\"ttl_seconds\":3600}");
    }

    @Test
    void put_readsAValueAFileOrStandardInput() throws IOException {
        assertThat(succeeds("put", "a", "väl").get(0)).matches("a\t1\t\"[^\"]+-1\"\ttrue");
        Path file = Files.write(folder.resolve("file"), BINARY);
        succeeds("put", "b", "--file", file.toString());
        shell.input("piped".getBytes(StandardCharsets.UTF_8));
        succeeds("put", "c");
        succeeds("put", "d", "-f", "-");
        assertThat(succeeds("list", "--values")).containsExactly("a\tväl", "b\tbase64:/wAB", "c\tpiped", "d\tpiped");
    }

    @Test
    void put_rejectsInvalidOptions() {
        fails(2, "exclude each other", "put", "k", "v", "--file", "x");
        fails(2, "exclude each other", "put", "k", "v", "--if-absent", "--if-match", "x");
        fails(2, "--ttl must be a time", "put", "k", "v", "--ttl", "soon");
        fails(2, "", "put", "", "v");
        fails(2, "", "put");
        fails(
                1,
                "file not found: " + folder.resolve("none"),
                "put",
                "k",
                "-f",
                folder.resolve("none").toString());
        shell.terminals(true, true, true);
        fails(2, "give a VALUE", "put", "k");
        assertThat(succeeds("count", "-o", "plain")).containsExactly("0");
    }

    @Test
    void put_withAFailedConditionIsExit4() {
        String etag = succeeds("put", "k", "1", "--if-absent").get(0).split("\t", -1)[2];
        fails(4, "412", "put", "k", "2", "--if-absent");
        succeeds("put", "k", "2", "--if-match", etag.replace("\"", ""));
        fails(4, "412", "put", "k", "3", "--if-match", etag);
        fails(4, "412", "delete", "k", "--if-match", etag);
        succeeds("put", "k", "3", "--if-match", "*");
        assertThat(succeeds("get", "k")).containsExactly("3");
    }

    @Test
    void deleteOne_ofAnAbsentKeyIsExit3() {
        succeeds("put", "k", "1");
        assertThat(succeeds("delete", "k")).containsExactly("1\t2");
        fails(3, "key not found: k", "delete", "k");
    }

    @Test
    void deleteMany_asksOrRequiresYes() {
        for (String key : List.of("a/1", "a/2", "b")) {
            succeeds("put", key, "1");
        }
        fails(2, "confirm with --yes", "delete", "--prefix", "a/");
        fails(2, "give a KEY", "delete");
        fails(2, "cannot be combined", "delete", "b", "--prefix", "a/");
        fails(2, "cannot be combined", "delete", "--all", "--prefix", "a/");
        shell.terminals(true, false, true).input("n\n".getBytes(StandardCharsets.UTF_8));
        assertThat(shell.run("delete", "--prefix", "a/")).isEqualTo(1);
        assertThat(shell.err()).contains("delete 2 keys? [y/N]").contains("nothing was deleted");
        shell.input("y\n".getBytes(StandardCharsets.UTF_8));
        assertThat(shell.run("delete", "--prefix", "a/")).isZero();
        assertThat(shell.lines()).containsExactly("2\t4");
        shell.terminals(false, false, false);
        succeeds("delete", "--all", "--yes");
        assertThat(succeeds("count")).containsExactly("0");
    }

    @Test
    void list_filtersOrdersAndLimits() {
        for (String key : List.of("a", "b1", "b2", "c\n")) {
            succeeds("put", key, "v" + key);
        }
        assertThat(succeeds("list")).containsExactly("a", "b1", "b2", "c\\n");
        assertThat(succeeds("list", "--prefix", "b", "--reverse")).containsExactly("b2", "b1");
        assertThat(succeeds("list", "--start", "b", "--end", "b2")).containsExactly("b1");
        assertThat(succeeds("list", "--regex", "[0-9]$", "--limit", "1")).containsExactly("b1");
        assertThat(succeeds("count", "--prefix", "b")).containsExactly("2");
        assertThat(succeeds("list", "-o", "json", "--values", "--prefix", "a"))
                .containsExactly("{\"key\":\"a\",\"revision\":1,\"value\":\"va\"}");
        fails(1, "regex", "list", "--regex", "(");
        fails(2, "--limit", "list", "--limit", "x");
        fails(2, "limit", "list", "--limit", "0");
    }

    @Test
    void table_isForATerminal() {
        succeeds("put", "key", "a\tb\033[0m" + "x".repeat(100));
        shell.terminals(false, true, false);
        List<String> lines = succeeds("list", "--values");
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("\033[1mKEY\033[0m  \033[1mREVISION\033[0m");
        assertThat(lines.get(1))
                .startsWith("key         1")
                .contains("a\\tb\\u001b[0mxxx")
                .endsWith("x…");
        shell.variable("NO_COLOR", "1");
        assertThat(succeeds("list").get(0)).startsWith("KEY  REVISION");
        assertThat(succeeds("list", "--color", "always").get(0)).startsWith("\033[1m");
    }

    @Test
    void controlCharacters_neverReachATerminal() {
        String nasty = "a\033[2J\u007f\u009b31m\u0085";
        succeeds("put", nasty, nasty, "--type", "text/x");
        shell.terminals(false, true, true);
        for (String[] arguments : new String[][] {
            {"list", "--values"},
            {"list", "--values", "--output", "json"},
            {"list", "--values", "--output", "plain"},
            {"watch", "--since", "0", "--count", "1"},
            {"get", "--info", nasty},
            {"get", "--info", "--output", "json", nasty},
            {"get", "b" + nasty},
            {"delete", "b" + nasty},
            {"delete", nasty, "--output", "json"}
        }) {
            shell.run(arguments);
            assertThat(shell.out() + shell.err())
                    .as(String.join(" ", arguments))
                    .isNotEmpty()
                    .matches("(?:[^\\p{Cntrl}\\x80-\\x9f]|[\t\n]|\033\\[[0-9]*m)*");
        }
    }

    @Test
    void messageOfAServer_cannotControlTheTerminal() {
        String problem = "{\"title\":\"Bad\",\"status\":400,\"detail\":\"a\\u001b[2Jb\\r\\nc\\u009bd \\\\ e\"}";
        try (ScriptedServer server =
                new ScriptedServer(ScriptedServer.respond(400, problem, "Content-Type: application/problem+json"))) {
            fails(
                    1,
                    "a\\u001b[2Jb c\\u009bd \\ e",
                    "get",
                    "k",
                    "--url",
                    server.address().toString());
        }
    }

    @Test
    void json_roundTripsAnyText() throws IOException {
        String text = "a\033\u007f\u009b\\\"\u00e4\ud83d\ude00";
        succeeds("put", "k", text);
        String row = succeeds("list", "--values", "--output", "json").get(0);
        assertThat(TestJson.parse(row).get("value").textValue()).isEqualTo(text);
        assertThat(row).contains("\u00e4\ud83d\ude00");
    }

    @Test
    void increment_printsTheNewNumber() {
        assertThat(succeeds("increment", "n")).containsExactly("1");
        assertThat(succeeds("increment", "n", "--by", "-5")).containsExactly("-4");
        succeeds("put", "k", "text");
        fails(1, "409", "increment", "k");
    }

    @Test
    void watch_printsChanges() {
        succeeds("put", "a", "1");
        succeeds("put", "b", "2");
        succeeds("delete", "a");
        List<String> plain = succeeds("watch", "--since", "0", "--count", "3");
        assertThat(plain.get(0)).matches("put\t[0-9a-f]+-1\\.0\t1\ta\t1");
        assertThat(plain.get(2)).matches("delete\t[0-9a-f]+-3\\.0\t3\ta\t");
        assertThat(succeeds("watch", "--initial", "--count", "2", "--output", "json", "--no-values"))
                .satisfiesExactly(
                        row -> assertThat(row).startsWith("{\"event\":\"put\"").contains("\"key\":\"b\""),
                        end -> assertThat(end).startsWith("{\"event\":\"synced\""));
        fails(1, "410", "watch", "--since", "99", "--count", "1");
        fails(2, "since", "watch", "--since", "1", "--initial");
    }

    @Test
    void exportAndImport_keepAllMetadata() throws IOException {
        succeeds("put", "a", "1", "--type", "text/x");
        succeeds("put", "b", "2");
        Path file = folder.resolve("dump");
        succeeds("export", file.toString());
        assertThat(folder.resolve("dump.part")).doesNotExist();
        List<String> rows = succeeds("export", "--prefix", "a");
        assertThat(rows).hasSize(2);
        succeeds("delete", "a");
        succeeds("put", "b", "3");
        assertThat(succeeds("import", file.toString(), "--mode", "skip").get(0)).startsWith("1\t1\t0\t");
        assertThat(succeeds("get", "b")).containsExactly("3");
        succeeds("export", "--gzip", file.toString());
        shell.input(Files.readAllBytes(file));
        succeeds("put", "c", "x");
        assertThat(succeeds("import", "--mode", "replace").get(0)).startsWith("2\t0\t1\t");
        shell.input("nonsense\n".getBytes(StandardCharsets.UTF_8));
        fails(1, "400", "import");
    }

    @Test
    void download_thatIsCutOffKeepsTheExistingFile() throws IOException {
        Path file = Files.writeString(folder.resolve("backup"), "before");
        ScriptedServer.Step cut =
                ScriptedServer.hangUpAfter("HTTP/1.1 200 OK", "KV-Revision: 9", "Content-Length: 9", "", "half");
        for (String command : new String[] {"snapshot", "export"}) {
            try (ScriptedServer server = new ScriptedServer(cut)) {
                fails(
                        1,
                        "cut off",
                        command,
                        file.toString(),
                        "--url",
                        server.address().toString());
            }
            assertThat(file).hasContent("before");
            assertThat(folder.resolve("backup.part")).doesNotExist();
        }
    }

    @Test
    void download_toAFolderIsRejected() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        fails(1, "empty is a directory", "export", empty.toString());
        assertThat(empty).isEmptyDirectory();
        assertThat(folder.resolve("empty.part")).doesNotExist();
    }

    @Test
    void urlOfAnotherScheme_isRejectedAndNotReplacedByTheDefault() {
        shell.variable("KVSTORE_URL", "tcp://10.96.0.17:8080");
        fails(2, "tcp", "delete", "--prefix", "a", "--yes");
    }

    @Test
    void download_isPrivateOrKeepsTheModeOfTheFileItReplaces() throws IOException {
        Assumptions.assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "the file system has no modes");
        succeeds("put", "a", "1");
        Path file = folder.resolve("file");
        succeeds("export", file.toString());
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        succeeds("snapshot", file.toString());
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void download_toALinkReplacesItsTarget() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "before");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
        succeeds("put", "a", "1");
        succeeds("export", link.toString());
        assertThat(link).isSymbolicLink();
        assertThat(file).content().startsWith("{\"key\":\"a\"");
    }

    @Test
    void download_toAPipeWritesToIt() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        succeeds("put", "a", "1");
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readAllBytes(pipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        succeeds("export", pipe.toString());
        assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther())
                .as("it is still a pipe")
                .isTrue();
        assertThat(new String(read.get(), StandardCharsets.UTF_8)).startsWith("{\"key\":\"a\"");
    }

    @Test
    void snapshotCheckAndRestore_roundTrip() throws IOException {
        succeeds("put", "a", "1");
        succeeds("increment", "n");
        Path backup = folder.resolve("backup");
        succeeds("snapshot", backup.toString());
        fails(1, "in use", "check", folder.resolve("data").toString());
        for (String mode : List.of("1", "cached", "3")) {
            Path restored = folder.resolve("restored" + mode);
            assertThat(succeeds("restore", backup.toString(), restored.toString(), "--mode", mode)
                            .get(0))
                    .endsWith("\t2\t2");
            fails(1, "already has a store", "restore", backup.toString(), restored.toString(), "--mode", mode);
            assertThat(succeeds("check", restored.toString()))
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("whole\t"))
                    .anyMatch(line -> line.contains("2 entries"));
        }
        fails(2, "--mode must be one of 1 or persistent", "restore", backup.toString(), "x", "--mode", "0");
        fails(
                1,
                "the file does not exist",
                "restore",
                folder.resolve("none").toString(),
                folder.resolve("x").toString());
    }

    @Test
    void snapshot_isNotWrittenToATerminal() {
        shell.terminals(false, true, false);
        fails(2, "a snapshot is binary", "snapshot", "-");
        shell.terminals(false, false, false);
        succeeds("snapshot", "-");
        assertThat(shell.bytes()).isNotEmpty();
    }

    @Test
    void check_ofADamagedFolderIsExit5() throws IOException {
        succeeds("put", "a", "1");
        Path backup = folder.resolve("backup");
        Path restored = folder.resolve("restored");
        succeeds("snapshot", backup.toString());
        succeeds("restore", backup.toString(), restored.toString(), "--mode", "logged");
        Path largest;
        try (Stream<Path> files = Files.list(restored)) {
            largest = files.max(Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(largest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(largest, bytes);
        assertThat(shell.run("check", restored.toString())).isEqualTo(5);
        assertThat(shell.lines()).anyMatch(line -> line.startsWith("damaged\t"));
    }

    @Test
    void compact_printsTheBytes() {
        assertThat(succeeds("compact", "-o", "json").get(0)).matches("\\{\"bytes_before\":\\d+,\"bytes_after\":\\d+}");
    }

    @Test
    void bench_countsEveryRequestAndDeletesItsKeys() {
        List<String> rows = succeeds(
                "bench",
                "--tests",
                "put,get,mixed,increment",
                "--clients",
                "3",
                "--requests",
                "50",
                "--keys",
                "5",
                "-o",
                "json");
        assertThat(rows).hasSize(4).allMatch(row -> row.contains("\"requests\":50,\"errors\":0,"));
        assertThat(succeeds("count")).containsExactly("0");
        shell.terminals(false, true, false);
        assertThat(succeeds("bench", "--tests", "put", "--requests", "20", "--keys", "5", "--keep", "--color", "never"))
                .anyMatch(line -> line.contains("####"));
        assertThat(succeeds("list", "-o", "plain")).isNotEmpty().allMatch(key -> key.startsWith("bench-"));
        fails(2, "--clients must be a number from 1 to 4096, not 0", "bench", "--clients", "0");
    }

    @Test
    void progress_isShownInATerminalOnly() {
        succeeds("put", "a", "1");
        succeeds("export");
        assertThat(shell.err()).isEmpty();
        shell.terminals(false, false, true);
        succeeds("export");
        assertThat(shell.err()).contains("\rexport").contains("/s");
        assertThat(shell.lines()).hasSize(2);
        Path backup = folder.resolve("backup");
        succeeds("snapshot", backup.toString());
        succeeds("restore", backup.toString(), folder.resolve("restored").toString());
        assertThat(shell.err()).contains("\rrestore").contains("100%");
    }

    @Test
    void unreachableServer_isOneLineAndExit1() {
        server.close();
        fails(1, "", "get", "k");
    }

    @Test
    void invalidAddress_isExit2() {
        fails(2, "http", "get", "k", "--url", "localhost");
        fails(2, "--url", "get", "k", "--url", "::");
    }

    @Test
    void closedPipe_endsQuietly() {
        succeeds("put", "a", "1");
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Shell given = shell.shell();
        Shell broken = new Shell(given.environment(), given.in(), closed, given.err(), given.terminals());
        for (String[] arguments : new String[][] {{"list"}, {"export"}, {"watch", "--since", "0", "--count", "1"}}) {
            assertThat(new Cli(broken).run(arguments)).isEqualTo(141);
        }
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void fullDisk_isExit1() {
        succeeds("put", "a", "1");
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        Shell given = shell.shell();
        assertThat(new Cli(new Shell(given.environment(), given.in(), full, given.err(), given.terminals()))
                        .run("list"))
                .isEqualTo(1);
        assertThat(shell.err()).contains("cannot write to standard output: No space left");
    }
}
