/**
 * KVStore: a key-value server over HTTP that never loses an acknowledged write.
 *
 * <p>This package has the command {@link io.kvstore.Main} and its handler for uncaught errors.
 */
@NullMarked
package io.kvstore;

import org.jspecify.annotations.NullMarked;
