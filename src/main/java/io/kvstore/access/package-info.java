/**
 * Who may do what: tokens, the file that tells of them, and the sets of keys that their rules reach. Knows nothing of HTTP
 * and nothing of stores.
 *
 * <p>Threads: everything here is immutable but {@link io.kvstore.access.Authority}, which any number of threads may ask.
 *
 * <p>Errors: an {@link io.kvstore.access.AccessException} is one line for the person who wrote the file or the command. It
 * quotes nothing that may be a token, a hash or a key: whoever mixes up the columns must not find it in a log.
 */
@NullMarked
package io.kvstore.access;

import org.jspecify.annotations.NullMarked;
