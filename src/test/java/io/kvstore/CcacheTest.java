package io.kvstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ccache with a server as remote storage: a machine with an empty cache gets the results of another. */
@Timeout(60)
class CcacheTest {

    @TempDir
    private Path folder;

    @Test
    void result_isFoundByAnotherMachine() throws IOException, InterruptedException {
        for (String program : List.of("ccache", "gcc")) {
            Programs.assumeInstalled(program);
        }
        Files.writeString(folder.resolve("hello.c"), "int hello(void) { return 42; }\n");
        try (Server server = TestServer.start(StorageMode.PERSISTENT, folder.resolve("data"))) {
            compile(server, "one");
            assertThat(statistics(server, "one")).contains("remote_storage_hit\t0", "remote_storage_error\t0");
            byte[] compiled = Files.readAllBytes(folder.resolve("hello.o"));
            Files.delete(folder.resolve("hello.o"));
            compile(server, "another");
            assertThat(statistics(server, "another")).contains("remote_storage_hit\t1", "remote_storage_error\t0");
            assertThat(folder.resolve("hello.o")).hasBinaryContent(compiled);
        }
    }

    private void compile(Server server, String machine) throws IOException, InterruptedException {
        run(server, machine, "ccache", "gcc", "-c", "hello.c", "-o", "hello.o");
    }

    private List<String> statistics(Server server, String machine) throws IOException, InterruptedException {
        return run(server, machine, "ccache", "--print-stats").lines().toList();
    }

    private String run(Server server, String machine, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("CCACHE_"));
        builder.environment().put("CCACHE_DIR", folder.resolve(machine).toString());
        builder.environment().put("CCACHE_REMOTE_STORAGE", server.address() + "/keys/ccache");
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }
}
