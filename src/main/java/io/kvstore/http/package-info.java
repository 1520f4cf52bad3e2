/**
 * The HTTP protocol on top of the JDK's server: requests and responses, the checks that every request must pass, and the
 * headers, media types and JSON that resources use.
 *
 * <p>Threads: policies, limits and parsers of header values are immutable or stateless. A {@link io.kvstore.http.Request},
 * its {@link io.kvstore.http.Response} and their streams belong to one thread at a time. Each operation that may block on the
 * connection is reported to an {@link io.kvstore.http.IoWatch}, which can enforce a timeout.
 *
 * <p>Errors: a {@link io.kvstore.http.Problem} is an error response, and {@link io.kvstore.http.ProblemWriter} sends it. An
 * {@link java.io.IOException} means that the connection cannot be used further. A response that fails after its head was sent
 * must be cut off, so that the client does not take it for complete.
 *
 * <p>Does not know keys, values or the store, does not route requests, and does not decide what a token permits.
 */
@NullMarked
package io.kvstore.http;

import org.jspecify.annotations.NullMarked;
