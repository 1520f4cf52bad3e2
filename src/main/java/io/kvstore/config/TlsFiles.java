package io.kvstore.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files that configure TLS.
 *
 * @param cert the server's certificate chain, the server's own certificate first
 * @param key the private key of the server's certificate
 * @param clientCa the CA certificates that client certificates must chain to, or null if clients need no certificate
 */
public record TlsFiles(Path cert, Path key, @Nullable Path clientCa) {}
