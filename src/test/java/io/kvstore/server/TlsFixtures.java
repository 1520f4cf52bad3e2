package io.kvstore.server;

import io.kvstore.config.TlsFiles;
import io.kvstore.testing.RawHttp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys, created by {@code make.sh} in their folder, and clients that trust them. */
public final class TlsFixtures {

    /** An instant at which all certificates are valid. */
    public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private TlsFixtures() {}

    public static Path file(String name) {
        try {
            return Path.of(TlsFixtures.class.getResource("tls/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    public static TlsFiles files(String cert, String key) {
        return new TlsFiles(file(cert), file(key), null);
    }

    /** Returns a client context without a certificate that trusts the root. */
    static SSLContext client() {
        try (InputStream root = Files.newInputStream(file("root.pem"))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "root", CertificateFactory.getInstance("X.509").generateCertificate(root));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns a client context with a certificate that trusts the root. */
    static SSLContext client(String cert, String key) {
        TlsReader reader = new TlsReader(new TlsFiles(file(cert), file(key), file("root.pem")));
        return reader.context(reader.contents(), NOW);
    }

    /** Connects without a client certificate, with one version of TLS. */
    public static RawHttp http(int port, String protocol) {
        return RawHttp.over(connect(client(), port, protocol));
    }

    /** Connects without a handshake yet. The handshake will verify that the certificate is for localhost. */
    public static SSLSocket connect(SSLContext client, int port, String... protocols) {
        try {
            SSLSocket socket =
                    (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getByName("localhost"), port);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            if (protocols.length > 0) {
                parameters.setProtocols(protocols);
            }
            socket.setSSLParameters(parameters);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
