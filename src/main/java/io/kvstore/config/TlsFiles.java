package io.kvstore.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files that TLS is spoken with, all of them PEM.
 *
 * @param cert the server's certificate, and those that lead from it to one that clients trust
 * @param key the private key of that certificate
 * @param clientCa certificates of which one must have signed a client's, or null where clients need none
 */
public record TlsFiles(Path cert, Path key, @Nullable Path clientCa) {}
