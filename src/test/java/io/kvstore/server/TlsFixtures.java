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

/** Certificates and keys, as {@code make.sh} beside them made them, and clients that know them. */
public final class TlsFixtures {

    /** A time at which all of them are valid. */
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

    /** A client without a certificate, that trusts whom the root has signed. */
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

    /** A client that has a certificate, and trusts whom the root has signed. */
    static SSLContext client(String cert, String key) {
        TlsReader reader = new TlsReader(new TlsFiles(file(cert), file(key), file("root.pem")));
        return reader.context(reader.contents(), NOW);
    }

    /** A connection of a client without a certificate, in one version of TLS. */
    public static RawHttp http(int port, String protocol) {
        return RawHttp.over(connect(client(), port, protocol));
    }

    /** A connection that has not shaken hands yet, and will see whether it speaks to localhost. */
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
