/**
 * The console: a web page to browse and edit the store, with the files that it loads. This package serves the files; the page
 * itself is HTML and JavaScript among the resources, and uses the same HTTP API as every other client.
 *
 * <p>Threads: all classes are thread-safe.
 *
 * <p>Errors: a file that cannot be sent completely is an {@link java.io.IOException}; a file that is missing from the class
 * path is an {@link java.lang.IllegalStateException}.
 *
 * <p>Does not route requests, does not authenticate clients, and does not access the store.
 */
@NullMarked
package io.kvstore.console;

import org.jspecify.annotations.NullMarked;
