package io.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ways to pass a token to a command. */
@Timeout(60)
class TokenOptionsTest {

    @TempDir
    Path folder;

    @Test
    void token_isReadFromOptionFileAndEnvironment() throws IOException {
        Captured generation = new Captured();
        assertThat(generation.run("token", "--name", "app", "--allow", ":rw")).isZero();
        String token = generation.lines().get(0);
        Path file =
                Files.write(folder.resolve("tokens"), List.of(generation.lines().get(1)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        String tokenFile =
                Files.writeString(folder.resolve("token"), token + "\n").toString();
        try (Server server = TestServer.start(StorageMode.MEMORY, folder, "--auth_file", file.toString())) {
            String url = server.address();
            Captured none = new Captured().variable("KVSTORE_URL", url);
            assertThat(none.run("count")).isEqualTo(1);
            assertThat(none.err()).contains("401");
            assertThat(none.run("count", "--token", token)).isZero();
            assertThat(none.run("count", "--token-file", tokenFile)).isZero();
            assertThat(none.run("count", "--token", token, "--token-file", tokenFile))
                    .isEqualTo(2);
            assertThat(none.run("count", "--token-file", folder.resolve("none").toString()))
                    .isEqualTo(1);
            assertThat(none.err()).contains("file not found: ");
            Path blank = Files.writeString(folder.resolve("blank"), " \n");
            assertThat(none.run("count", "--token-file", blank.toString())).isEqualTo(1);
            assertThat(none.err()).contains("must have a token in its first line");
            assertThat(new Captured()
                            .variable("KVSTORE_URL", url)
                            .variable("KVSTORE_TOKEN", token)
                            .run("count"))
                    .isZero();
            Captured wrong = new Captured().variable("KVSTORE_URL", url).variable("KVSTORE_TOKEN", "wrong.token");
            assertThat(wrong.run("count")).isEqualTo(1);
            assertThat(wrong.err()).doesNotContain("wrong.token");
            assertThat(wrong.run("count", "--token-file", tokenFile)).isZero();
            assertThat(new Captured()
                            .variable("KVSTORE_URL", url)
                            .variable("KVSTORE_TOKEN_FILE", tokenFile)
                            .run("count"))
                    .isZero();
        }
    }
}
