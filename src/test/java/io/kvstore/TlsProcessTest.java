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

/** A server with TLS in a separate process, with its start line and whatever protocols its JVM would allow. */
@Timeout(60)
class TlsProcessTest {

    private static final int HANDSHAKE = 22;

    /** A ClientHello of TLS 1.1 with ECDHE, AES-CBC and P-256, which offers no later version. */
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
    void startLine_hasTheHttpsAddress() throws IOException {
        try (ServerProcess server = start();
                RawHttp http = TlsFixtures.http(server.port(), "TLSv1.3")) {
            assertThat(server.startLine()).contains("listening on https://127.0.0.1:" + server.port());
            assertThat(http.get("/livez").text()).isEqualTo("ok");
        }
    }

    @Test
    void olderVersions_areRejectedEvenIfTheJvmAllowsThem(@TempDir Path folder) throws IOException {
        Path allowed = Files.writeString(folder.resolve("security"), "jdk.tls.disabledAlgorithms=\n");
        try (ServerProcess server = start(
                        "-Djava.security.properties=" + allowed, "-Djdk.tls.server.protocols=TLSv1.1,TLSv1.2,TLSv1.3");
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(HELLO_OF_TLS_1_1);
            assertThat(socket.getInputStream().read())
                    .as("an alert or the end of the stream")
                    .isNotEqualTo(HANDSHAKE);
        }
    }
}
