/*
 * Order of checks. Every request passes, before any resource: FramingCheck (400; first, because a connection whose
 * requests may not end where they seem to must close, whatever else is wrong), HeaderLimits (414, 431), HostCheck
 * (421), CorsPolicy (403, CORS, preflight); then the token is checked (401, 403).
 *
 * Where a request ends. A proxy and this server must agree on where each request ends; otherwise a client of the
 * proxy can hide a second request in the body of a first. FramingCheck refuses what the JDK's server accepts although
 * another server may read it differently. What the JDK's server refuses itself is not checked again; FramingCheckTest
 * verifies that it does. The rest of a connection is not read as a request after such a refusal, whatever the refused
 * request was for: GET, DELETE, unknown paths and methods as well.
 *
 * A request in chunks is the last of its connection, because the JDK's server computes chunk sizes in 32 bits:
 * 100000000 (4 GiB) is 0 to it and ends the body, and so do an empty size and ";x". A proxy that counts in 64 bits
 * takes what follows for the body, the server for the next request. No handler sees the sizes, so the only remedy is
 * not to look at what follows. The cost is a new connection for each request in chunks; requests with a length keep
 * theirs.
 *
 * What the JDK's server does by itself (17.0.15 and 25.0.3, alike in every case tried):
 * - Content-Length twice, equal or not; a list; hex, empty, over 2^63 - 1; -5: 400, closes.
 * - Content-Length: +5, -0, +0: accepts it; refused by FramingCheck.
 * - Content-Length and Transfer-Encoding, in either order, whatever the values: 400, closes.
 * - Transfer-Encoding that is not exactly one "chunked" (any case), a second one, "chunked, chunked", xchunked,
 *   empty: 501, closes.
 * - Transfer-Encoding: chunked in HTTP/1.0, kept alive or not: accepts it; refused by FramingCheck.
 * - any version, or another word at the end of the request line: reads it as HTTP/1.1; refused by FramingCheck.
 * - space, tab, NUL or control character in a name or before the colon; no colon; a first line that begins with a
 *   space: 400, closes.
 * - NUL or control character within a value: accepts it; refused by FramingCheck.
 * - the same at either end of a value (\0 5, \x0b chunked): cuts it off; no handler sees it.
 * - a line that begins with a space, tab or control character: part of the field before, joined by a space.
 * - chunk size with a sign, space, 0x, 15 digits or more, or negative in 32 bits; a chunk that does not end with CR
 *   LF; trailers: closes without an answer; nothing is stored.
 * - chunk size over 32 bits, or none: wraps to 32 bits, or 0; the body ends there, and so does the connection
 *   (FramingCheck).
 * - LF within a chunk extension: belongs to the extension, which ends at CR LF.
 * - head lines that end in LF or CR alone: takes them as line ends, within the head.
 * - a head that ends LF CR LF: the CR ends it, and the LF is the first byte of the body.
 * - a request line that ends in LF or CR alone: continues to the next CR LF; refused by FramingCheck unless the last
 *   word is HTTP/1.1 again.
 * - a space within the target (PUT /keys/a b HTTP/1.1): cuts the target off there; the key is a.
 * - control character, backslash, or a byte outside ASCII in the target: 400.
 *
 * Pages in browsers. A browser sends what any page asks for; it compares names, never addresses, and only hides the
 * answer from the page. DNS rebinding (a page's own name that resolves to 127.0.0.1) makes the server the page's own
 * origin, so that only Host reveals it: HostCheck. Without rebinding, a page can still send a PUT that changes
 * something although it never sees the answer: CorsPolicy. Origin is compared with Host by host and port only,
 * because the schemes differ if a proxy in front of the server terminates TLS. A preflight is answered before the
 * path is looked at, because it carries no credentials and has the query of the request it asks for. nosniff is set
 * wherever a body is sent (Response), not by each resource, because JSON contains stored text too. In absolute form
 * (GET http://other/keys/a) the authority in the target is ignored and Host is checked: no browser sends that form to
 * a server, and the authority is not used for anything else.
 *
 * Memory for bodies. BodyBudget is one counter; each request has a share of it, which the request lifecycle returns
 * at the end, so that an incomplete body returns its share as well. Nothing is reserved before 8 KiB have
 * arrived, so that a thousand clients that declare a megabyte and send a byte a second do not block others. Then the
 * whole length is reserved at once. So if many large bodies arrive, some are stored, rather than all being rejected
 * half-way. MeteredBody counts what JSON readers keep, after decompression, so that a small file that
 * expands to a large one counts as the large one. A body that is alone may exceed the bound: otherwise a heap of 64
 * MiB, with 16 MiB for bodies, could never take a batch of 64 MiB, which the limits allow. It is answered 503 if the
 * heap turns out to be too small.
 *
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
 * must be truncated, so that the client detects that it is incomplete.
 *
 * <p>Does not know keys, values or the store, does not route requests, and does not decide what a token permits.
 */
@NullMarked
package io.kvstore.http;

import org.jspecify.annotations.NullMarked;
