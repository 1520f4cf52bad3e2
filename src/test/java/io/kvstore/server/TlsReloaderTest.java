package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsServer;
import io.kvstore.config.TlsFiles;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid certificates and keys, and files that change while the server runs. */
@Timeout(60)
class TlsReloaderTest {

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(TlsFixtures.NOW);
    private final InstantSource clock = now::get;
    private TlsFiles files;
    private TlsReloader tls;
    private HttpsServer server;

    @BeforeEach
    void start() throws IOException {
        files = new TlsFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"), null);
        replace(files.cert(), "rsa.pem");
        replace(files.key(), "rsa.pkcs8.key");
        tls = TlsReloader.of(files, clock);
        TestServer.applySettings();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(tls.configurator());
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        tls.close();
    }

    private static void replace(Path file, String fixture) throws IOException {
        Files.copy(TlsFixtures.file(fixture), file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns the subject of the certificate that a new connection gets. */
    private String servedSubject() throws IOException {
        try (SSLSocket socket = connect()) {
            return servedSubject(socket);
        }
    }

    private SSLSocket connect() {
        return TlsFixtures.connect(TlsFixtures.client(), server.getAddress().getPort());
    }

    private static String servedSubject(SSLSocket socket) throws IOException {
        assertThat(RawHttp.over(socket).get("/").text()).isEqualTo("ok");
        X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    private void assertInvalid(TlsFiles invalid, String... expected) {
        assertThatThrownBy(() -> TlsReloader.of(invalid, clock))
                .isInstanceOf(StartException.class)
                .hasMessageNotContaining("\n")
                .satisfies(failure -> assertThat(failure.getMessage()).contains(expected));
    }

    @Test
    void reload_ignoresUnchangedContents() throws IOException {
        assertThat(tls.reloadIfChanged()).isFalse();
        replace(files.cert(), "rsa.pem");
        assertThat(tls.reloadIfChanged()).isFalse();
        assertThat(servedSubject()).isEqualTo("CN=rsa.localhost");
    }

    @Test
    void reload_usesANewPairForNewConnectionsOnly() throws IOException {
        try (SSLSocket old = connect()) {
            assertThat(servedSubject(old)).isEqualTo("CN=rsa.localhost");
            replace(files.cert(), "ec.pem");
            replace(files.key(), "ec.sec1.key");
            assertThat(tls.reloadIfChanged()).isTrue();
            assertThat(servedSubject()).isEqualTo("CN=ec.localhost");
            assertThat(servedSubject(old)).isEqualTo("CN=rsa.localhost");
        }
    }

    @Test
    void reload_skipsFilesThatDoNotMatchYet() throws IOException {
        replace(files.cert(), "ec.pem");
        assertThat(tls.reloadIfChanged()).isFalse();
        assertThat(servedSubject()).isEqualTo("CN=rsa.localhost");
        replace(files.key(), "ec.pkcs8.key");
        assertThat(tls.reloadIfChanged()).isTrue();
        assertThat(servedSubject()).isEqualTo("CN=ec.localhost");
    }

    @Test
    void reload_skipsMissingInvalidOrExpiredFiles() throws IOException {
        Files.delete(files.key());
        assertThat(tls.reloadIfChanged()).isFalse();
        Files.writeString(files.key(), "not a key");
        assertThat(tls.reloadIfChanged()).isFalse();
        replace(files.key(), "ec.pkcs8.key");
        replace(files.cert(), "ec.pem");
        now.set(Instant.parse("2200-01-01T00:00:00Z"));
        assertThat(tls.reloadIfChanged()).isFalse();
        assertThat(servedSubject()).isEqualTo("CN=rsa.localhost");
    }

    @ParameterizedTest
    @CsvSource({
        "ec.pem, rsa.pkcs8.key, --tls_key, is not the key of the first certificate in",
        "rsa.pem, ec.pkcs8.key, --tls_key, is not the key of the first certificate in",
        "ec.pem, client.key, --tls_key, is not the key of the first certificate in",
        "rsa.pem, rsa.encrypted.key, --tls_key, is encrypted",
        "rsa.pem, rsa.pem, --tls_key, has no private key",
        "rsa.pkcs8.key, rsa.pkcs8.key, --tls_cert, has no certificate"
    })
    void of_rejectsFilesThatAreNoPair(String cert, String key, String flag, String why) {
        TlsFiles invalid = TlsFixtures.files(cert, key);
        assertInvalid(invalid, flag + " " + (flag.equals("--tls_key") ? invalid.key() : invalid.cert()) + " ", why);
    }

    @Test
    void of_rejectsCertificatesOutsideTheirValidity() {
        now.set(Instant.parse("2200-01-01T00:00:00Z"));
        assertInvalid(
                files,
                "--tls_cert " + files.cert() + " has a certificate that expired at 2119-12-08T",
                "CN=rsa.localhost");
        now.set(Instant.parse("2019-01-01T00:00:00Z"));
        assertInvalid(files, "is not valid before 20", "CN=rsa.localhost");
    }

    @Test
    void of_rejectsUnreadableFiles() throws IOException {
        Path none = folder.resolve("none");
        assertInvalid(new TlsFiles(none, files.key(), null), "--tls_cert " + none + " does not exist");
        assertInvalid(new TlsFiles(files.cert(), none, null), "--tls_key " + none + " does not exist");
        assertInvalid(new TlsFiles(files.cert(), files.key(), none), "--tls_client_ca " + none + " does not exist");
        assertInvalid(new TlsFiles(folder, files.key(), null), "--tls_cert " + folder + " cannot be read");
        Path empty = Files.createFile(folder.resolve("empty"));
        assertInvalid(
                new TlsFiles(files.cert(), files.key(), empty), "--tls_client_ca " + empty + " has no certificate");
    }

    @Test
    void of_rejectsAnInvalidCertificate() throws IOException {
        Files.writeString(files.cert(), "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n");
        assertInvalid(files, "--tls_cert " + files.cert() + " has an invalid certificate");
    }

    @Test
    void of_rejectsCertificatesThatAreNoChain() throws IOException {
        String chain = Files.readString(files.cert());
        List<String> parts = List.of(chain.split("(?=-----BEGIN)"));
        Files.writeString(files.cert(), parts.get(1) + Files.readString(TlsFixtures.file("clients.pem")));
        assertInvalid(
                files,
                "--tls_cert " + files.cert()
                        + " is not a certificate chain: certificate 2 is not the issuer of certificate 1");
    }
}
