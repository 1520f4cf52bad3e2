/**
 * The server's flags and environment variables, validated once and then immutable. {@code Flag} is the only source of their
 * names, defaults and descriptions: the help and the table in the documents are generated from it.
 *
 * <p>Threads: all types are immutable, or stateless.
 *
 * <p>Errors: {@link io.kvstore.config.BadFlagException}, whose message names the flag or variable, the allowed values and the
 * value given.
 */
@NullMarked
package io.kvstore.config;

import org.jspecify.annotations.NullMarked;
