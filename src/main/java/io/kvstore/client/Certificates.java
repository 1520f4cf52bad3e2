package io.kvstore.client;

import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/** Makes an {@link SSLContext} of PEM files, as the server takes them. */
public final class Certificates {

    private Certificates() {}

    /**
     * Trusts servers whose certificate one of those in a file has signed, or is one of them, and nobody else.
     *
     * @throws IllegalArgumentException when the file cannot be read, or has no certificate in it
     */
    public static SSLContext trusting(Path authorities) {
        throw new UnsupportedOperationException();
    }

    /**
     * As {@link #trusting(Path)}, and shows a certificate of its own.
     *
     * @param certificate its own first, then those that lead to one the server trusts
     * @param key its private key, RSA or EC, as PKCS#8 ({@code BEGIN PRIVATE KEY}), not encrypted
     * @throws IllegalArgumentException when a file cannot be read, or does not have in it what it should
     */
    public static SSLContext trusting(Path authorities, Path certificate, Path key) {
        throw new UnsupportedOperationException();
    }
}
