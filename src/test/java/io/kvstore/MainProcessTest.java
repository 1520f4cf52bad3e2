package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command in a separate process: start line, signals, exit codes. */
@Tag("http")
@Timeout(120)
class MainProcessTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(StorageMode.class)
    void startLine_hasModeFolderAddressAndTime(StorageMode mode) throws IOException {
        try (ServerProcess server = ServerProcess.start("--mode", mode.label(), "--store_path", folder.toString())) {
            assertThat(server.startLine())
                    .matches("kvstore (development|\\d+\\.\\d+\\.\\d+\\S*): mode " + mode.number() + " \\("
                            + mode.label() + "\\), "
                            + (mode == StorageMode.MEMORY ? "nothing on disk" : "folder \\Q" + folder + "\\E")
                            + ", listening on http://127\\.0\\.0\\.1:\\d+, ready in \\d+ ms");
            try (RawHttp http = server.connect()) {
                assertThat(http.get("/readyz").text()).isEqualTo("ok");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    @DisabledOnOs(OS.WINDOWS)
    void signal_answersRequestsInFlightClosesTheStoreAndExits0(String signal) throws IOException, InterruptedException {
        assumeFalse(
                signal.equals("INT") && interruptIsIgnored(),
                "this process ignores SIGINT, as do background jobs of a shell, and child processes inherit that");
        try (ServerProcess server = ServerProcess.start("--mode", "3", "--store_path", folder.toString());
                RawHttp writer = server.connect();
                RawHttp other = server.connect()) {
            writer.head("PUT /keys/a HTTP/1.1", "Content-Length: 5", "Expect: 100-continue");
            assertThat(writer.answer().status()).isEqualTo(100);
            assertThat(other.get("/readyz").status()).isEqualTo(200);
            server.signal(signal);
            int rounds = 0;
            while (other.get("/readyz").status() == 200) {
                assertThat(rounds++).as("requests answered after the signal").isLessThan(1_000_000);
            }
            writer.send("value");
            assertThat(writer.answer().status()).isEqualTo(201);
            assertThat(server.exitCode()).isZero();
            assertThat(server.rest()).isEmpty();
        }
        try (ServerProcess server = ServerProcess.start("--mode", "3", "--store_path", folder.toString());
                RawHttp http = server.connect()) {
            assertThat(http.get("/keys/a").text()).isEqualTo("value");
        }
    }

    @Test
    void hangUp_isIgnored() throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start();
                RawHttp http = server.connect()) {
            Path status = Path.of("/proc", Long.toString(server.pid()), "status");
            assumeTrue(Files.exists(status), "the ignored signals of a process are read from /proc");
            String ignored = Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("SigIgn:"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Long.parseUnsignedLong(
                                    ignored.substring("SigIgn:".length()).strip(), 16)
                            & 1)
                    .as("SIGHUP in %s", ignored)
                    .isEqualTo(1);
            server.signal("HUP");
            assertThat(http.get("/readyz").status()).isEqualTo(200);
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    @Test
    void lockedFolder_isOneLineAndExit1() throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start("--mode", "3", "--store_path", folder.toString())) {
            Process second = ServerProcess.launch("--port", "0", "--mode", "3", "--store_path", folder.toString());
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
            assertThat(ServerProcess.error(second).lines())
                    .singleElement()
                    .asString()
                    .contains(folder.toString());
            try (RawHttp http = server.connect()) {
                assertThat(http.get("/readyz").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void badFlag_isOneLineAndExit2() throws IOException, InterruptedException {
        Process process = ServerProcess.launch("--port", "x");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(ServerProcess.error(process).lines())
                .singleElement()
                .asString()
                .contains("--port");
    }

    @Test
    void folderInMemoryMode_isIgnoredWithAWarning() throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start("--store_path", folder.toString())) {
            assertThat(folder).isEmptyDirectory();
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
            assertThat(server.rest().lines())
                    .singleElement()
                    .asString()
                    .startsWith("kvstore: warning: --store_path is ignored");
        }
    }

    @Test
    void host_withoutLoopbackAndAuthenticationIsWarnedAbout() throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start("--host", "0.0.0.0")) {
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
            assertThat(server.rest().lines()).singleElement().asString().startsWith("kvstore: warning: --host 0.0.0.0");
        }
    }

    private static boolean interruptIsIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1 << 1) != 0);
    }
}
