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

/** Certificates that are no good, and those that become others while the server runs. */
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
        become(files.cert(), "rsa.pem");
        become(files.key(), "rsa.pkcs8.key");
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

    private static void become(Path file, String fixture) throws IOException {
        Files.copy(TlsFixtures.file(fixture), file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whom a new connection meets, once it was answered. */
    private String whoAnswers() throws IOException {
        try (SSLSocket socket = connect()) {
            return whoAnswers(socket);
        }
    }

    private SSLSocket connect() {
        return TlsFixtures.connect(TlsFixtures.client(), server.getAddress().getPort());
    }

    private static String whoAnswers(SSLSocket socket) throws IOException {
        assertThat(RawHttp.over(socket).get("/").text()).isEqualTo("ok");
        X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    private void refused(TlsFiles bad, String... told) {
        assertThatThrownBy(() -> TlsReloader.of(bad, clock))
                .isInstanceOf(StartException.class)
                .hasMessageNotContaining("\n")
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(told));
    }

    @Test
    void look_seesNothingWhereNothingChanged() throws IOException {
        assertThat(tls.look()).isFalse();
        become(files.cert(), "rsa.pem");
        assertThat(tls.look()).isFalse();
        assertThat(whoAnswers()).isEqualTo("CN=rsa.localhost");
    }

    @Test
    void look_takesAnotherPairForNewConnectionsAndKeepsThoseThereAre() throws IOException {
        try (SSLSocket old = connect()) {
            assertThat(whoAnswers(old)).isEqualTo("CN=rsa.localhost");
            become(files.cert(), "ec.pem");
            become(files.key(), "ec.sec1.key");
            assertThat(tls.look()).isTrue();
            assertThat(whoAnswers()).isEqualTo("CN=ec.localhost");
            assertThat(whoAnswers(old)).isEqualTo("CN=rsa.localhost");
        }
    }

    @Test
    void look_passesOverFilesThatAreNoPairYet() throws IOException {
        become(files.cert(), "ec.pem");
        assertThat(tls.look()).isFalse();
        assertThat(whoAnswers()).isEqualTo("CN=rsa.localhost");
        become(files.key(), "ec.pkcs8.key");
        assertThat(tls.look()).isTrue();
        assertThat(whoAnswers()).isEqualTo("CN=ec.localhost");
    }

    @Test
    void look_passesOverFilesThatAreGoneOrDamagedOrTooOld() throws IOException {
        Files.delete(files.key());
        assertThat(tls.look()).isFalse();
        Files.writeString(files.key(), "no key");
        assertThat(tls.look()).isFalse();
        become(files.key(), "ec.pkcs8.key");
        become(files.cert(), "ec.pem");
        now.set(Instant.parse("2200-01-01T00:00:00Z"));
        assertThat(tls.look()).isFalse();
        assertThat(whoAnswers()).isEqualTo("CN=rsa.localhost");
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
    void of_aPairThatIsNoneIsRefused(String cert, String key, String flag, String why) {
        TlsFiles bad = TlsFixtures.files(cert, key);
        refused(bad, flag + " " + (flag.equals("--tls_key") ? bad.key() : bad.cert()) + " ", why);
    }

    @Test
    void of_certificatesOutOfTheirTimeIsRefused() {
        now.set(Instant.parse("2200-01-01T00:00:00Z"));
        refused(
                files,
                "--tls_cert " + files.cert() + " has a certificate that expired at 2119-12-08T",
                "CN=rsa.localhost");
        now.set(Instant.parse("2019-01-01T00:00:00Z"));
        refused(files, "is not valid before 20", "CN=rsa.localhost");
    }

    @Test
    void of_filesThatCannotBeReadIsRefused() throws IOException {
        Path none = folder.resolve("none");
        refused(new TlsFiles(none, files.key(), null), "--tls_cert " + none + " does not exist");
        refused(new TlsFiles(files.cert(), none, null), "--tls_key " + none + " does not exist");
        refused(new TlsFiles(files.cert(), files.key(), none), "--tls_client_ca " + none + " does not exist");
        refused(new TlsFiles(folder, files.key(), null), "--tls_cert " + folder + " cannot be read");
        Path empty = Files.createFile(folder.resolve("empty"));
        refused(new TlsFiles(files.cert(), files.key(), empty), "--tls_client_ca " + empty + " has no certificate");
    }

    @Test
    void of_aCertificateThatIsDamagedIsRefused() throws IOException {
        Files.writeString(files.cert(), "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n");
        refused(files, "--tls_cert " + files.cert() + " has a certificate that is damaged");
    }

    @Test
    void of_certificatesThatAreNoChainIsRefused() throws IOException {
        String chain = Files.readString(files.cert());
        List<String> parts = List.of(chain.split("(?=-----BEGIN)"));
        Files.writeString(files.cert(), parts.get(1) + Files.readString(TlsFixtures.file("clients.pem")));
        refused(files, "--tls_cert " + files.cert() + " has no chain: its certificate 2 did not sign the one before");
    }
}
