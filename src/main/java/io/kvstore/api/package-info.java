/**
 * The HTTP API: a router, a resource for each path, and the one place where errors become answers.
 *
 * <p>Threads: everything here is either immutable or belongs to one request, whose thread may block on the connection
 * and on the store. What may block on the connection is told to an {@link io.kvstore.api.IoWatch}.
 *
 * <p>Errors: a {@link io.kvstore.api.Problem} is an answer; a store's failure is turned into one. What fails after the
 * head of an answer was sent is thrown, so that the server closes the connection and the answer is visibly cut.
 */
@NullMarked
package io.kvstore.api;

import org.jspecify.annotations.NullMarked;
