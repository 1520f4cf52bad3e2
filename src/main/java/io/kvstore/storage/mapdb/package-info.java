/** The table in a file, over MapDB. Only this package imports {@code org.mapdb}. */
@NullMarked
package io.kvstore.storage.mapdb;

import org.jspecify.annotations.NullMarked;
