package io.kvstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kvstore.server.Server;
import io.kvstore.server.TlsFixtures;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client with tokens and TLS. */
@Tag("http")
@Timeout(60)
class SecuredClientTest {

    private static final String TOKEN = "app.a-token-of-the-test";

    @TempDir
    Path folder;

    private static String file(String name) {
        return TlsFixtures.file(name).toString();
    }

    private static URI https(Server server) {
        return URI.create("https://localhost:" + server.port());
    }

    private Path tokens() throws IOException, NoSuchAlgorithmException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.US_ASCII));
        Path file = Files.createFile(
                folder.resolve("tokens"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, "app sha256:" + HexFormat.of().formatHex(hash) + " app/:rw\n");
    }

    @Test
    void token_authorizes() throws Exception {
        try (Server server = TestServer.start(StorageMode.MEMORY, folder, "--auth_file", tokens().toString())) {
            URI address = URI.create(server.address());
            try (KeyValueClient<String> app = KeyValueClient.builder(address, Codecs.text())
                            .token(TOKEN)
                            .build();
                    KeyValueClient<String> anonymous = KeyValueClient.ofText(address)) {
                app.put("app/a", "1");
                assertThat(app.get("app/a")).isEqualTo("1");
                try (Listing<String> rows = app.list(Query.all())) {
                    assertThat(rows.filtered()).isTrue();
                }
                try (Watch<String> watch = app.watch(WatchOptions.prefix("app/").since(0))) {
                    assertThat(watch.hasNext()).isTrue();
                }
                assertThat(catchThrowableOfType(ClientException.ErrorResponse.class, () -> app.get("b"))
                                .status())
                        .isEqualTo(403);
                assertThat(catchThrowableOfType(ClientException.ErrorResponse.class, () -> anonymous.get("app/a"))
                                .status())
                        .isEqualTo(401);
                assertThat(catchThrowableOfType(ClientException.ErrorResponse.class, () -> anonymous.metadata("app/a"))
                                .status())
                        .isEqualTo(401);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret\nX: y", "secret with spaces"})
    void invalidToken_isRejectedAndNotQuoted(String token) {
        try (KeyValueClient<String> client = KeyValueClient.builder(URI.create("http://localhost:1"), Codecs.text())
                .token(token)
                .build()) {
            assertThatThrownBy(() -> client.get("a"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void tls_connectsToATrustedServerOnly() {
        try (Server server = TestServer.start(
                        StorageMode.MEMORY, folder, "--tls_cert", file("rsa.pem"), "--tls_key", file("rsa.pkcs8.key"));
                KeyValueClient<String> client = KeyValueClient.builder(https(server), Codecs.text())
                        .tls(Certificates.trusting(TlsFixtures.file("root.pem")))
                        .build();
                KeyValueClient<String> untrusting = KeyValueClient.ofText(https(server))) {
            client.put("a", "x".repeat(300_000));
            assertThat(client.get("a")).hasSize(300_000);
            try (Watch<String> watch = client.watch(WatchOptions.all().withInitialRows())) {
                assertThat(watch.hasNext()).isTrue();
            }
            assertThatThrownBy(() -> untrusting.increment("a", 1))
                    .isInstanceOfSatisfying(
                            ClientException.ConnectionFailed.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("TLS handshake failed")
                    .hasMessageNotContaining("tried");
            KeyValueClient<String> byAddress = KeyValueClient.builder(
                            URI.create("https://127.0.0.2:" + server.port()), Codecs.text())
                    .tls(Certificates.trusting(TlsFixtures.file("root.pem")))
                    .retries(RetryPolicy.none())
                    .build();
            assertThatThrownBy(() -> byAddress.get("a")).isInstanceOf(ClientException.ConnectionFailed.class);
        }
    }

    @Test
    void tls_presentsAClientCertificate() {
        try (Server server = TestServer.start(
                        StorageMode.MEMORY,
                        folder,
                        "--tls_cert",
                        file("ec.pem"),
                        "--tls_key",
                        file("ec.pkcs8.key"),
                        "--tls_client_ca",
                        file("clients.pem"));
                KeyValueClient<String> client = KeyValueClient.builder(https(server), Codecs.text())
                        .tls(Certificates.trusting(
                                TlsFixtures.file("root.pem"),
                                TlsFixtures.file("client.pem"),
                                TlsFixtures.file("client.key")))
                        .build();
                KeyValueClient<String> without = KeyValueClient.builder(https(server), Codecs.text())
                        .tls(Certificates.trusting(TlsFixtures.file("root.pem")))
                        .retries(RetryPolicy.none())
                        .build()) {
            client.put("a", "1");
            assertThat(client.get("a")).isEqualTo("1");
            assertThatThrownBy(() -> without.get("a")).isInstanceOf(ClientException.ConnectionFailed.class);
        }
    }

    @Test
    void invalidCertificates_areRejected() {
        Path key = TlsFixtures.file("rsa.pkcs8.key");
        Path cert = TlsFixtures.file("client.pem");
        for (Path bad : new Path[] {key, folder.resolve("missing")}) {
            assertThatThrownBy(() -> Certificates.trusting(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad.toString());
        }
        for (String bad : new String[] {"rsa.encrypted.key", "ec.sec1.key", "rsa.pkcs8.key"}) {
            assertThatThrownBy(() -> Certificates.trusting(cert, cert, TlsFixtures.file(bad)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad);
        }
    }
}
