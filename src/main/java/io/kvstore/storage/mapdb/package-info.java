/** The table in a MapDB file: the only package that imports {@code org.mapdb}. */
@NullMarked
package io.kvstore.storage.mapdb;

import org.jspecify.annotations.NullMarked;
