package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.TlsFixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command when it ends at once: its output and exit code. */
@Timeout(60)
class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Map<String, String> environment, String... arguments) {
        return new Main(
                        environment,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Returns the only line on standard error. */
    private String line() {
        String text = err.toString(StandardCharsets.UTF_8);
        assertThat(text.lines()).hasSize(1);
        assertThat(text).startsWith("kvstore: ").endsWith(System.lineSeparator());
        assertThat(text).doesNotContain("\tat ");
        return text;
    }

    @Test
    void help_isOnStandardOutput() {
        assertThat(run(Map.of(), "--help")).isZero();
        assertThat(out()).startsWith("Usage: ").contains("--store_path").contains("Examples:");
        assertThat(err.size()).isZero();
        assertThat(out().lines()).allMatch(each -> each.length() <= 120);
    }

    @Test
    void version_ofClassesIsDevelopment() {
        assertThat(run(Map.of(), "-V")).isZero();
        assertThat(out()).isEqualTo("kvstore development" + System.lineSeparator());
    }

    @Test
    void badValue_isOneLineAndExit2() {
        assertThat(run(Map.of(), "--port", "70000")).isEqualTo(2);
        assertThat(line()).contains("--port").contains("70000").contains("0 to 65535");
    }

    @Test
    void badEnvironment_isOneLineAndExit2() {
        assertThat(run(Map.of("KVSTORE_MODE", "x"))).isEqualTo(2);
        assertThat(line()).contains("KVSTORE_MODE").contains("memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--prot", "--access_log", "--max_batch_ops", "-x", "stray", "--", "@file", "--port=1=2"})
    void unknownArgument_isOneLineAndExit2(String argument) {
        assertThat(run(Map.of(), argument, "y")).isEqualTo(2);
        line();
    }

    @Test
    void repeatedFlag_isOneLineAndExit2() {
        assertThat(run(Map.of(), "--port", "1", "--port", "2")).isEqualTo(2);
        assertThat(line()).contains("port");
        err.reset();
        assertThat(run(Map.of(), "--store_path", "a", "-store-path", "b")).isEqualTo(2);
        line();
    }

    @Test
    void flagWithoutValue_isOneLineAndExit2() {
        assertThat(run(Map.of(), "--port")).isEqualTo(2);
        assertThat(line()).contains("--port");
    }

    @Test
    void modeWithoutFolder_isOneLineAndExit2() {
        assertThat(run(Map.of(), "--mode", "1")).isEqualTo(2);
        assertThat(line()).contains("--store_path");
    }

    @Test
    void busyPort_isOneLineAndExit1() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run(Map.of(), "--port", Integer.toString(busy.getLocalPort())))
                    .isEqualTo(1);
        }
        assertThat(line()).contains("in use");
    }

    @Test
    void certificateWithAnotherKey_isOneLineAndExit1() {
        String key = TlsFixtures.file("ec.pkcs8.key").toString();
        String cert = TlsFixtures.file("rsa.pem").toString();
        assertThat(run(Map.of(), "--port", "0", "--tls_cert", cert, "--tls_key", key))
                .isEqualTo(1);
        assertThat(line()).contains("--tls_key " + key).contains(cert);
    }

    @Test
    void certificateWithoutAKey_isOneLineAndExit2() {
        assertThat(run(Map.of(), "--tls_cert", "cert.pem")).isEqualTo(2);
        assertThat(line()).contains("--tls_key");
    }

    @Test
    void folderThatIsAFile_isOneLineAndExit1(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a store");
        for (String mode : new String[] {"1", "2", "3"}) {
            err.reset();
            assertThat(run(Map.of(), "--port", "0", "--mode", mode, "--store_path", file.toString()))
                    .isEqualTo(1);
            assertThat(line()).contains(file.toString());
        }
        assertThat(file).hasContent("not a store");
    }

    @Test
    void foreignFolder_isOneLineAndExit1(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("holiday.jpg"), "beach");
        for (String mode : new String[] {"1", "2", "3"}) {
            err.reset();
            assertThat(run(Map.of(), "--port", "0", "--mode", mode, "--store_path", folder.toString()))
                    .isEqualTo(1);
            assertThat(line()).contains(folder.toString());
        }
        assertThat(folder.resolve("holiday.jpg")).hasContent("beach");
    }

    @Test
    void snapshotThatCannotBeRestored_isOneLineAndExit1AndNoFolder(@TempDir Path folder) throws IOException {
        Path store = folder.resolve("store");
        Path file = Files.writeString(folder.resolve("file"), "KVSNAPSH, but no more of it than that");
        for (String restore :
                new String[] {file.toString(), folder.resolve("missing").toString(), folder.toString()}) {
            for (String mode : new String[] {"0", "1", "2", "3"}) {
                err.reset();
                assertThat(run(
                                Map.of("KVSTORE_RESTORE", restore),
                                "--port",
                                "0",
                                "--mode",
                                mode,
                                "--store_path",
                                mode.equals("0") ? "" : store.toString()))
                        .isEqualTo(1);
                assertThat(line()).contains(restore);
                assertThat(store).doesNotExist();
            }
        }
    }

    @Test
    void restoreIntoAStore_isOneLineAndExit1(@TempDir Path folder) throws IOException {
        Path store = folder.resolve("store");
        Files.createDirectory(store);
        Files.writeString(store.resolve("FORMAT"), "kvstore data folder\nversion 1\nlayout pages\nstate ready\n");
        assertThat(run(Map.of(), "--port", "0", "--mode", "1", "--store_path", store.toString(), "--restore", "x"))
                .isEqualTo(1);
        assertThat(line()).contains(store + " already has a store").contains("start without --restore");
        assertThat(store).isDirectoryNotContaining("glob:**pages*");
    }

    @Test
    void help_isPrintedDespiteInvalidSettings() {
        assertThat(run(Map.of("KVSTORE_PORT", "x"), "--help")).isZero();
    }
}
