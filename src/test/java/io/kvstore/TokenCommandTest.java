package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.cli.Cli;
import io.kvstore.cli.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The {@code token} command, and {@code --auth_file} of the server. */
@Timeout(60)
class TokenCommandTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Map<String, String> environment, String... arguments) {
        out.reset();
        err.reset();
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        return arguments[0].equals("token")
                ? new Cli(new Shell(environment, InputStream.nullInputStream(), out, errors, Shell.Terminals.NONE))
                        .run(arguments)
                : new Main(environment, new PrintStream(out, true, StandardCharsets.UTF_8), errors).run(arguments);
    }

    private List<String> run(String... arguments) {
        assertThat(run(Map.of(), arguments))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String error() {
        assertThat(out.size()).isZero();
        String text = err.toString(StandardCharsets.UTF_8);
        assertThat(text.lines()).hasSize(1);
        assertThat(text).startsWith("kvstore: ").doesNotContain("\tat ");
        return text;
    }

    private Path file(String... lines) throws IOException {
        Path file = folder.resolve("tokens");
        Files.write(file, List.of(lines));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void server_withTokensDoesNotWarnAboutItsHost() throws IOException, InterruptedException {
        List<String> lines = run("token", "--name", "app", "--allow", "app/:rw");
        Path tokens = file(lines.get(lines.size() - 1));
        try (ServerProcess server = ServerProcess.start("--host", "0.0.0.0", "--auth_file", tokens.toString())) {
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
            assertThat(server.rest()).isEmpty();
        }
    }

    @Test
    void token_isPrintedWithItsLine() {
        List<String> lines = run("token", "--name", "app", "--allow", "app/:rw", "--allow", "shared/:r");
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).matches("app\\.[A-Za-z0-9_-]{43}");
        assertThat(lines.get(1)).matches("app sha256:[0-9a-f]{64} app/:rw shared/:r");
        assertThat(run("token", "--name=app", "--allow=app/:rw").get(0)).isNotEqualTo(lines.get(0));
        assertThat(run("token", "--name", "a", "--prefix", "a b:", "--prefix", "c", "--write")
                        .get(1))
                .endsWith(" a%20b::rw c:rw");
    }

    @Test
    void signedToken_isSignedWithTheKeyInTheFile() throws IOException {
        List<String> key = run("token", "--key", "--name", "issuer", "--allow", ":rw");
        assertThat(key).hasSize(1);
        Path file = file(key.get(0));
        List<String> signed =
                run("token", "--sign", "--auth_file", file.toString(), "--prefix", "a/", "--read", "--expires", "1h");
        assertThat(signed).hasSize(1);
        assertThat(signed.get(0)).matches("issuer\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{43}");
        assertThat(run(
                        Map.of("KVSTORE_AUTH_FILE", file.toString()),
                        "token",
                        "--sign",
                        "--prefix",
                        "a/",
                        "--read",
                        "--expires",
                        "1h"))
                .isZero();
        assertThat(run(
                        Map.of(),
                        "token",
                        "--sign",
                        "--auth_file",
                        file.toString(),
                        "--allow",
                        ":r",
                        "--expires",
                        "1h",
                        "--name",
                        "x"))
                .isEqualTo(1);
        assertThat(error()).contains("no such signing key");
    }

    @Test
    void help_isOnStandardOutput() {
        assertThat(run("token", "--help")).anyMatch(line -> line.startsWith("Usage: "));
        assertThat(run("token", "--help")).allMatch(line -> line.length() <= 120);
        assertThat(err.size()).isZero();
    }

    @Test
    void invalidCommand_isOneLineAndExit2() {
        for (String arguments : new String[] {
            "",
            "--name app",
            "--name app --allow app/",
            "--name app --allow app/:admin",
            "--name app --read",
            "--name app --prefix a",
            "--name app --prefix a --read --write",
            "--name a.b --allow :r",
            "--allow :r",
            "--name app --allow :r --expires 1h",
            "--name app --allow :r --auth_file x",
            "--sign --allow :r --auth_file x",
            "--sign --allow :r --expires 1h",
            "--sign --allow :r --auth_file x --expires 0s",
            "--sign --allow :r --auth_file x --expires soon",
            "--sign --key --allow :r --auth_file x --expires 1h",
            "--name app --allow :r stray",
            "--nonsense"
        }) {
            String[] all = ("token " + arguments).trim().split(" ", -1);
            assertThat(run(Map.of(), all)).as(arguments).isEqualTo(2);
            error();
        }
    }

    @Test
    void rejectedFile_isOneLineAndExit1() throws IOException {
        String line = run("token", "--name", "app", "--allow", ":r").get(1);
        Path file = file(line, "nonsense");
        assertThat(run(Map.of(), "--port", "0", "--auth_file", file.toString())).isEqualTo(1);
        assertThat(error()).contains(file + ", line 2: ").doesNotContain("nonsense");
        file(line);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(run(Map.of(), "--port", "0", "--auth_file", file.toString())).isEqualTo(1);
        assertThat(error()).contains("chmod 600 " + file);
        assertThat(run(Map.of("KVSTORE_AUTH_FILE", folder.resolve("none").toString()), "--port", "0"))
                .isEqualTo(1);
        assertThat(error()).contains("does not exist");
    }
}
