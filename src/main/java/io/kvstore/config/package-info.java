/**
 * What the command line and the environment say, checked once and then immutable.
 *
 * <p>Threads: everything here is immutable.
 *
 * <p>Errors: {@link io.kvstore.config.BadFlagException}, whose message names the flag, what was given and what is allowed.
 */
@NullMarked
package io.kvstore.config;

import org.jspecify.annotations.NullMarked;
