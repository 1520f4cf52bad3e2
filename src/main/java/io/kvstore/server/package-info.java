/*
 * TLS. The JDK's HttpsServer takes one SSLContext, once. ReloadableSslContext delegates each connection to the
 * present one. It is replaced as a whole, so that no connection combines the certificate of one pair with the key of
 * another; a key manager that is asked for both in turn would allow that. Changes of the files are detected by
 * content, read every second: time stamps are coarse, and stay the same if a link is switched to another folder.
 * Before a pair is used, each certificate must be within its validity, each must be signed by the next, and the key
 * must match the certificate: a signature made with the key verifies with it.
 *
 * PEM is read by Pem and PrivateKeys, 70 and 150 lines. The libraries on Maven Central bring much more:
 * io.github.hakky54:ayza-for-pem 10.0.3 Bouncy Castle (10.4 MB), io.smallrye.certs:smallrye-private-key-pem-parser
 * 0.9.3 Vert.x and Netty, de.dentrassi.crypto:pem-keystore 3.0.0 an ASN.1 library and an SLF4J of 2015. What the
 * server needs of them is base64 between two lines and the PKCS#8 header in front of the other two forms of keys; the
 * JDK parses certificates and keys themselves.
 *
 * For each TLS connection the JDK's server looks up the name of the client's address (SSLStreams calls getHostName).
 * A name service that does not answer delays handshakes; the API has no way to prevent that.
 *
 * Requests in flight. ServerBounds derives the bounds from the heap, as StoreBounds does. 3,072 requests leave a
 * quarter of the 4,096 platform threads to read request heads and to answer 503. The router answers a rejected
 * request as if there were no store yet, so /livez still works.
 *
 * Watchers and platform threads. A watch keeps its thread, so it lends it (IoWatch.stay): the executor no longer
 * counts it among its 16, starts another at once if requests wait, and does not end idle threads because of it.
 * Without that, some dozens of watches leave requests waiting 20 ms and more for each thread.
 *
 * Stopping ends every subscription. The streams end with their last chunk and clients reconnect; nothing waits for
 * --shutdown_timeout.
 */
/**
 * The running server: listens, opens the store, handles requests, drains them and stops. {@link io.kvstore.server.Server} is
 * composed here from the configuration, the API, the store and the threads.
 *
 * <p>Threads: each request runs on a virtual thread if the JDK's virtual threads do not pin their carrier while a socket waits,
 * otherwise on a thread of {@code RequestExecutor}. One thread aborts stalled requests, one removes expired keys, and with TLS
 * one reloads changed files. {@link io.kvstore.server.Server} is safe for use by any number of threads.
 *
 * <p>Errors: a server that cannot start throws {@link io.kvstore.server.StartException} or a store exception, each with one line
 * for the person who starts it, and releases everything it has taken.
 */
@NullMarked
package io.kvstore.server;

import org.jspecify.annotations.NullMarked;
