/** What the JDK lacks for threads; depends on no other package. */
@NullMarked
package io.kvstore.concurrent;

import org.jspecify.annotations.NullMarked;
