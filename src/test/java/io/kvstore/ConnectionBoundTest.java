package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limit of connections: the server closes those beyond it, and accepts new ones after others have closed. */
@Timeout(60)
class ConnectionBoundTest {

    @Test
    void connections_beyondTheLimitAreClosed() throws IOException {
        try (ServerProcess server = ServerProcess.start(List.of("-Djdk.httpserver.maxConnections=2"));
                RawHttp one = server.connect()) {
            try (RawHttp two = server.connect()) {
                assertThat(one.get("/livez").status()).isEqualTo(200);
                assertThat(two.get("/livez").status()).isEqualTo(200);
                try (RawHttp three = server.connect()) {
                    assertThat(three.isClosedByServer()).isTrue();
                }
                assertThat(one.get("/livez").status()).isEqualTo(200);
            }
            while (!isServed(server)) {
                assertThat(one.get("/livez").status()).isEqualTo(200);
            }
        }
    }

    private static boolean isServed(ServerProcess server) {
        try (RawHttp another = server.connect()) {
            return another.get("/livez").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
