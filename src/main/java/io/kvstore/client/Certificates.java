package io.kvstore.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Creates an {@link SSLContext} from PEM files, which have the format that the server reads. */
public final class Certificates {

    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";

    /** The key stores exist only in memory, so they need no password. */
    private static final char[] NO_PASSWORD = {};

    private Certificates() {}

    /**
     * Trusts servers whose certificate is in a file, or is signed by one in it, and no others.
     *
     * @throws IllegalArgumentException if the file cannot be read or contains no certificate
     */
    public static SSLContext trusting(Path authorities) {
        return context(authorities, null);
    }

    /**
     * Like {@link #trusting(Path)}, and presents a client certificate.
     *
     * @param certificate the client certificate, followed by the intermediate certificates up to one that the server
     *     trusts
     * @param key the private key of the certificate, RSA or EC, as unencrypted PKCS#8 ({@code BEGIN PRIVATE KEY})
     * @throws IllegalArgumentException if a file cannot be read or does not contain the required certificate or key
     */
    public static SSLContext trusting(Path authorities, Path certificate, Path key) {
        try {
            List<X509Certificate> chain = certificates(certificate);
            KeyStore store = emptyStore();
            store.setKeyEntry(
                    "client",
                    privateKey(key, chain.get(0).getPublicKey().getAlgorithm()),
                    NO_PASSWORD,
                    chain.toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            return context(authorities, keys.getKeyManagers());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "cannot use the certificate " + certificate + " with the key " + key + ": " + e.getMessage(), e);
        }
    }

    private static SSLContext context(Path authorities, KeyManager @Nullable [] keys) {
        try {
            KeyStore trusted = emptyStore();
            for (X509Certificate each : certificates(authorities)) {
                trusted.setCertificateEntry("authority-" + trusted.size(), each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "cannot use the certificates in " + authorities + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        List<X509Certificate> certificates =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                        .stream()
                        .map(X509Certificate.class::cast)
                        .toList();
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("the file " + file + " contains no certificate");
        }
        return certificates;
    }

    private static PrivateKey privateKey(Path file, String algorithm) throws IOException, GeneralSecurityException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(KEY_BEGIN);
        int end = text.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(
                    "the file " + file + " contains no unencrypted PKCS#8 private key, which begins with " + KEY_BEGIN);
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(text.substring(begin + KEY_BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the private key in " + file + " is not valid base64", e);
        }
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }
}
