package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.StorageMode;
import io.kvstore.testing.Seed;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills a server while eight clients write, and checks that it has every acknowledged write after a restart. */
final class CrashTest {

    private static final int ROUND_WRITES_MAX = 600;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MEMORY")
    void server_keepsAcknowledgedWritesAfterKills(StorageMode mode) throws Exception {
        killRepeatedly(mode, 5);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MEMORY")
    @Tag("stress")
    void server_keepsAcknowledgedWritesAfterManyKills(StorageMode mode) throws Exception {
        killRepeatedly(mode, 100);
    }

    private void killRepeatedly(StorageMode mode, int kills) throws Exception {
        Random random = new Random(Seed.draw("CrashTest, mode " + mode.label()));
        String[] flags = {"--mode", mode.label(), "--store_path", folder.toString()};
        try (CrashClients clients = new CrashClients(random.nextLong())) {
            for (int kill = 0; kill < kills; kill++) {
                try (ServerProcess server = ServerProcess.start(flags)) {
                    clients.check(server);
                    clients.write(server, 1 + random.nextInt(ROUND_WRITES_MAX), true);
                }
            }
            try (ServerProcess server = ServerProcess.start(flags)) {
                clients.check(server);
                clients.write(server, 1_000, false);
                clients.check(server);
                server.signal("TERM");
                assertThat(server.exitCode()).as("exit code").isZero();
            }
            try (ServerProcess server = ServerProcess.start(flags)) {
                clients.check(server);
            }
        }
    }
}
