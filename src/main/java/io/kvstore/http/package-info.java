/*
 * JSON from clients. JsonInput parses it token by token from the socket, through BodyStream, Gunzip (if the body is
 * compressed), Utf8Stream and the streaming parser of Jackson. So a batch takes the memory of its content, and an import that
 * of one commit. No string is read beyond the limits: a line of a gigabyte is rejected as soon as a string is longer than the
 * base64 of a value of --max_value_bytes. Four guards exist because libraries are lenient:
 * - Utf8Stream: Jackson accepts overlong forms and encoded surrogates, and reads UTF-16 if it guesses that encoding.
 * - Gunzip: the JDK's GZIPInputStream reads another member only if its source reports available bytes, and ignores trailing
 *   garbage. If the source is a socket, both lose rows silently.
 * - BodyStream: the JDK's server reports the end of a body with Content-Length even if the client has disconnected. An import
 *   with mode=replace would take that for the complete input.
 * - JsonInput decodes base64 itself: the decoder of Jackson skips white space and raw control characters.
 *
 * Errors while the body still arrives. Closing a connection with unread bytes resets it, and the reset may overtake the
 * response. So an error during a long upload (a batch, an import, a value that is too long) is sent and flushed at once. Then
 * up to 1 GiB of the rest is read and discarded, so that a client that reads only after it has sent everything receives the
 * error. curl sees it at once and stops.
 */
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
