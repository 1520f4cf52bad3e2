package io.kvstore.server;

import io.kvstore.config.TlsFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Creates an SSL context from PEM files. Every method throws {@link StartException} if a file cannot be read or is invalid; the
 * message names the flag, the file and the error.
 */
final class TlsReader {

    private static final char[] NO_PASSWORD = {};
    private static final byte[] PROBE = {1, 2, 3};

    private final TlsFiles files;

    TlsReader(TlsFiles files) {
        this.files = files;
    }

    /** Returns the contents of the files: an equal list means that no file has changed. */
    List<String> contents() {
        List<String> contents = new ArrayList<>();
        contents.add(contents("--tls_cert", files.cert()));
        contents.add(contents("--tls_key", files.key()));
        if (files.clientCa() != null) {
            contents.add(contents("--tls_client_ca", files.clientCa()));
        }
        return contents;
    }

    private static String contents(String flag, Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw invalid(flag, file, "does not exist", e);
        } catch (AccessDeniedException e) {
            throw invalid(flag, file, "is not readable by the user that runs the server", e);
        } catch (IOException e) {
            throw invalid(flag, file, "cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Creates a context from the result of {@link #contents}.
     *
     * @param now the time at which the server's certificates must be valid
     */
    SSLContext context(List<String> contents, Instant now) {
        List<X509Certificate> chain = certificates("--tls_cert", files.cert(), contents.get(0));
        for (X509Certificate certificate : chain) {
            checkValidity(certificate, now);
        }
        for (int i = 1; i < chain.size(); i++) {
            if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
                throw invalidCert(
                        "is not a certificate chain: certificate " + (i + 1) + " is not the issuer of certificate " + i,
                        null);
            }
        }
        PrivateKey key = key(contents.get(1));
        checkKeyMatches(key, chain.get(0).getPublicKey());
        Path clientCa = files.clientCa();
        List<X509Certificate> trusted =
                clientCa == null ? List.of() : certificates("--tls_client_ca", clientCa, contents.get(2));
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(key, chain), trusted.isEmpty() ? null : trustManagers(trusted), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw invalidCert("cannot be used with its key: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> certificates(String flag, Path file, String contents) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> certificates = new ArrayList<>();
            for (Pem.Block block : Pem.read(contents)) {
                if (block.label().equals("CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
                }
            }
            if (certificates.isEmpty()) {
                throw new BadPemException("has no certificate");
            }
            return certificates;
        } catch (BadPemException e) {
            throw invalid(flag, file, e.getMessage(), e);
        } catch (CertificateException e) {
            throw invalid(flag, file, "has an invalid certificate", e);
        }
    }

    private void checkValidity(X509Certificate certificate, Instant now) {
        Instant notBefore = certificate.getNotBefore().toInstant();
        Instant notAfter = certificate.getNotAfter().toInstant();
        String name = certificate.getSubjectX500Principal().getName();
        if (now.isAfter(notAfter)) {
            throw invalidCert("has a certificate that expired at " + notAfter + ": " + name, null);
        }
        if (now.isBefore(notBefore)) {
            throw invalidCert("has a certificate that is not valid before " + notBefore + ": " + name, null);
        }
    }

    private PrivateKey key(String contents) {
        try {
            return PrivateKeys.read(Pem.read(contents));
        } catch (BadPemException e) {
            throw invalid("--tls_key", files.key(), e.getMessage(), e);
        }
    }

    /** Checks that the key belongs to the certificate: the certificate must verify a signature by the key. */
    private void checkKeyMatches(PrivateKey key, PublicKey certified) {
        boolean matches = key.getAlgorithm().equals(certified.getAlgorithm());
        try {
            if (matches) {
                Signature signature =
                        Signature.getInstance(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
                signature.initSign(key);
                signature.update(PROBE);
                byte[] signed = signature.sign();
                signature.initVerify(certified);
                signature.update(PROBE);
                matches = signature.verify(signed);
            }
        } catch (GeneralSecurityException e) {
            throw invalid("--tls_key", files.key(), "has a key that cannot be used: " + e.getMessage(), e);
        }
        if (!matches) {
            throw invalid("--tls_key", files.key(), "is not the key of the first certificate in " + files.cert(), null);
        }
    }

    private static KeyManager[] keyManagers(PrivateKey key, List<X509Certificate> chain)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trustManagers(List<X509Certificate> trusted)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("ca-" + i, trusted.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private StartException invalidCert(String error, @Nullable Exception cause) {
        return invalid("--tls_cert", files.cert(), error, cause);
    }

    private static StartException invalid(String flag, Path file, @Nullable String error, @Nullable Exception cause) {
        return new StartException(flag + " " + file + " " + error, cause);
    }
}
