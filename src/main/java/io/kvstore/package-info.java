/** KVStore: a key-value server on plain HTTP that never loses what it acknowledged. */
@NullMarked
package io.kvstore;

import org.jspecify.annotations.NullMarked;
