package io.kvstore.server;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * What stands behind a context of which another takes over: whoever asks is answered by the present one. A connection keeps
 * the one it began with, key, certificates and trust alike, so that nobody ever meets the key of one with the certificate of
 * another. Safe for use by any number of threads.
 */
final class ReloadableSslContext extends SSLContextSpi {

    private volatile SSLContext present;

    ReloadableSslContext(SSLContext first) {
        this.present = first;
    }

    void become(SSLContext next) {
        present = next;
    }

    /** A context that is always the present one. */
    SSLContext context() {
        return new SSLContext(this, present.getProvider(), present.getProtocol()) {};
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
            throws KeyManagementException {
        throw new KeyManagementException("what stands behind it is initialized already");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return present.getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return present.getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return present.createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        return present.createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return present.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return present.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return present.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return present.getSupportedSSLParameters();
    }
}
