package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server with TLS over real sockets, and clients that verify its certificate. */
@Timeout(60)
class TlsTest {

    private static Server start(String cert, String key, String... more) {
        String[] flags =
                Arrays.copyOf(new String[] {"--tls_cert", path(cert), "--tls_key", path(key)}, 4 + more.length);
        System.arraycopy(more, 0, flags, 4, more.length);
        return TestServer.start(StorageMode.MEMORY, Path.of("unused"), flags);
    }

    private static String path(String fixture) {
        return TlsFixtures.file(fixture).toString();
    }

    private static RawHttp connect(Server server, SSLContext client, String... protocols) {
        return RawHttp.over(TlsFixtures.connect(client, server.port(), protocols));
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.pem, rsa.pkcs8.key, TLSv1.3",
        "rsa.pem, rsa.pkcs1.key, TLSv1.2",
        "ec.pem, ec.pkcs8.key, TLSv1.2",
        "ec.pem, ec.sec1.key, TLSv1.3"
    })
    void server_presentsItsCertificate(String cert, String key, String protocol) throws IOException {
        try (Server server = start(cert, key);
                SSLSocket socket = TlsFixtures.connect(TlsFixtures.client(), server.port(), protocol)) {
            RawHttp http = RawHttp.over(socket);
            String large = "x".repeat(1 << 20);
            assertThat(http.put("/keys/a", large).status()).isEqualTo(201);
            assertThat(http.get("/keys/a").text()).isEqualTo(large);
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(server.address()).isEqualTo("https://127.0.0.1:" + server.port());
        }
    }

    /** The server checks the files every second. Without its reload thread this test runs into its timeout. */
    @Test
    void changedFiles_areReloadedWhileTheServerRuns(@TempDir Path folder) throws IOException {
        Path cert = Files.copy(TlsFixtures.file("rsa.pem"), folder.resolve("cert"));
        Path key = Files.copy(TlsFixtures.file("rsa.pkcs8.key"), folder.resolve("key"));
        try (Server server = TestServer.start(
                StorageMode.MEMORY, folder, "--tls_cert", cert.toString(), "--tls_key", key.toString())) {
            assertThat(algorithm(server)).isEqualTo("RSA");
            Files.copy(TlsFixtures.file("ec.pem"), cert, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(TlsFixtures.file("ec.pkcs8.key"), key, StandardCopyOption.REPLACE_EXISTING);
            while (!algorithm(server).equals("EC")) {
                Thread.onSpinWait();
            }
        }
    }

    /** Returns the key algorithm of the certificate that a new connection gets. */
    private static String algorithm(Server server) throws IOException {
        try (SSLSocket socket = TlsFixtures.connect(TlsFixtures.client(), server.port())) {
            return socket.getSession().getPeerCertificates()[0].getPublicKey().getAlgorithm();
        }
    }

    @Test
    void plainHttp_isNotAnswered() {
        try (Server server = start("rsa.pem", "rsa.pkcs8.key")) {
            try (RawHttp plain = RawHttp.connect(server.port())) {
                assertThat(plain.head("GET /livez HTTP/1.1").rest()).doesNotContain("HTTP/1.1 200");
            }
            try (RawHttp other = connect(server, TlsFixtures.client())) {
                assertThat(other.get("/livez").text()).isEqualTo("ok");
            }
        }
    }

    @Test
    void stalledHandshake_isAborted() {
        try (Server server = start("rsa.pem", "rsa.pkcs8.key", "--io_timeout", "100ms");
                RawHttp stalled = RawHttp.connect(server.port())) {
            stalled.send(new byte[] {22, 3, 1, 2, 0, 1});
            assertThat(stalled.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void client_withACertificateOfTheCaIsServed(String protocol) {
        try (Server server = start("ec.pem", "ec.pkcs8.key", "--tls_client_ca", path("clients.pem"));
                RawHttp http = connect(server, TlsFixtures.client("client.pem", "client.key"), protocol)) {
            assertThat(http.get("/livez").text()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void client_withoutACertificateOfTheCaIsRejected(String protocol) {
        try (Server server = start("ec.pem", "ec.pkcs8.key", "--tls_client_ca", path("clients.pem"))) {
            for (SSLContext client :
                    new SSLContext[] {TlsFixtures.client(), TlsFixtures.client("rsa.pem", "rsa.pkcs8.key")}) {
                assertThatThrownBy(() -> {
                            try (RawHttp http = connect(server, client, protocol)) {
                                http.get("/livez");
                            }
                        })
                        .hasRootCauseInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void renewedCertificate_isUsedByARunningServer(@TempDir Path folder) throws IOException {
        Path cert = Files.copy(TlsFixtures.file("rsa.pem"), folder.resolve("cert.pem"));
        Path key = Files.copy(TlsFixtures.file("rsa.pkcs8.key"), folder.resolve("key.pem"));
        try (Server server = TestServer.start(
                StorageMode.MEMORY, Path.of("unused"), "--tls_cert", cert.toString(), "--tls_key", key.toString())) {
            assertThat(servedSubject(server)).isEqualTo("CN=rsa.localhost");
            Files.copy(TlsFixtures.file("ec.pem"), cert, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(TlsFixtures.file("ec.pkcs8.key"), key, StandardCopyOption.REPLACE_EXISTING);
            String name = servedSubject(server);
            while (!name.equals("CN=ec.localhost")) {
                assertThat(name).isEqualTo("CN=rsa.localhost");
                name = servedSubject(server);
            }
        }
    }

    private static String servedSubject(Server server) throws IOException {
        try (SSLSocket socket = TlsFixtures.connect(TlsFixtures.client(), server.port())) {
            assertThat(RawHttp.over(socket).get("/livez").text()).isEqualTo("ok");
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }

    @Test
    void start_withInvalidFilesReleasesThePort() throws IOException {
        String port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = Integer.toString(free.getLocalPort());
        }
        assertThatThrownBy(() -> start("rsa.pem", "ec.pkcs8.key", "--port", port))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("--tls_key");
        start("rsa.pem", "rsa.pkcs8.key", "--port", port).close();
    }
}
