package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.TlsFixtures;
import io.kvstore.testing.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks TLS in a process of its own, and whatever its JVM would speak by itself. */
@Timeout(60)
class TlsProcessTest {

    private static final int HANDSHAKE = 22;

    /** A handshake of version 3.2 with ECDHE and AES-CBC over P-256, and nothing that names a later version. */
    private static final byte[] HELLO_OF_TLS_1_1 = HexFormat.of()
            .parseHex("1603010039" + "010000350302" + "00".repeat(32) + "00" + "0004c013002f" + "0100" + "0008"
                    + "000a000400020017");

    private static ServerProcess start(String... jvm) throws IOException {
        return ServerProcess.start(
                List.of(jvm),
                "--tls_cert",
                TlsFixtures.file("rsa.pem").toString(),
                "--tls_key",
                TlsFixtures.file("rsa.pkcs8.key").toString());
    }

    @Test
    void start_saysHowItIsToBeAddressed() throws IOException {
        try (ServerProcess server = start();
                RawHttp http = TlsFixtures.http(server.port(), "TLSv1.3")) {
            assertThat(server.startLine()).contains("listening on https://127.0.0.1:" + server.port());
            assertThat(http.get("/livez").text()).isEqualTo("ok");
        }
    }

    @Test
    void versions_areNoOlderOnesThoughTheJvmHasThem(@TempDir Path folder) throws IOException {
        Path allowed = Files.writeString(folder.resolve("security"), "jdk.tls.disabledAlgorithms=\n");
        try (ServerProcess server = start(
                        "-Djava.security.properties=" + allowed, "-Djdk.tls.server.protocols=TLSv1.1,TLSv1.2,TLSv1.3");
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(HELLO_OF_TLS_1_1);
            assertThat(socket.getInputStream().read()).as("an alert or the end").isNotEqualTo(HANDSHAKE);
        }
    }
}
