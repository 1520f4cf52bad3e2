/*
 * Limited listings. The header KV-Next-Cursor is sent before the body, so the end of a page must be known before its
 * first value is sent. ListingPage explains how: most pages need one read of limit + 1 rows. The reads of a walk
 * start at that size and double, so that a selective regex costs few reads. A page that does not fit in memory is
 * walked once ahead, and KeyPrints keeps eight bytes per key: at most 800 KB for 100,000 keys. The keys themselves
 * could take 100 MB, and 6 GB with --max_key_bytes 65535. Cutting the second walk at the limit, in place of comparing
 * prints, would drop a stable key between the last row sent and the cursor. If two keys share a print, the harm is
 * one row too many on one page.
 *
 * Cursors. A cursor is base64url without padding. It is not signed: it holds nothing but a key that the client saw.
 * Another version or direction byte, a text that is not the canonical form of its bytes, and a key that is not UTF-8
 * are 400.
 *
 * Patterns. RE2/J takes the place of java.util.regex, with which (a+)+$ holds a thread forever. Linear time is not
 * enough: unlike RE2 and Go, RE2/J does not bound what counted repetitions expand to. ((((x{100}){100}){100}){100}),
 * 29 characters, filled a heap of 512 MB after 28 s, and (a?){1000} overflowed a request's stack of 256 KB.
 * Therefore:
 * 1. a pattern has at most 256 characters;
 * 2. its expansion is estimated from its text before it is compiled: counts after a group are multiplied, all others
 *    are added, and the result may be at most 10,000;
 * 3. the compiled program has at most 500 instructions, because their number is also the depth of the recursion and
 *    the factor of the matching time. Programs of 950 to 980 instructions fit into a stack of 256 KB in the
 *    interpreter, and not into one of 160 KB.
 *
 * Unknown fields are refused everywhere: a condition whose name is misspelled must not write what it was meant to
 * guard.
 *
 * Batches. A failing batch continues to evaluate, so that all failures are reported. An ETag is reported only if its
 * revision exists. A revision that the batch itself would have made was rolled back, and its number will name another
 * state; a client that used it could match a state it never saw. A batch is bounded by what it reads and writes, not
 * only by its body, because a hundred bytes can name a value of 16 MiB again and again: 10,000 gets or appends of it
 * would be 160 GB. A delete or touch with if_match of a missing key fails the batch; for a single DELETE the same
 * outcome is 404.
 *
 * Access. Every resource declares the access a request needs (Resource); there is no default, so a new endpoint that
 * declares nothing does not compile. The router checks it first. Authorization is the only class that refuses access
 * to keys (403). It decides by the rules alone, before the body is read or the store is asked, so the answer and its
 * time do not show whether the key exists. A token that may write may read; there is no write-only access, so 412 and
 * the 409 of a counter reveal nothing. A listing that reaches no readable key is 403, not empty: an empty answer
 * would look like a typing error that succeeded, and 403 depends on the rules alone. /stats needs :r, because its
 * count would reveal keys that may not be read. admin takes no prefix, because a snapshot has all keys.
 *
 * Choices about parameters:
 * - count=true with limit, cursor, values or reverse is 400, because limit=10&count=true could mean 10 or all.
 * - all=true with a filter is 400; all=false has no effect.
 * - NDJSON with values=false has rows with revision, type and expiry, as a watch has; it therefore reads the values.
 *   The JSON array of keys reads none.
 * - Conditions on DELETE /keys are refused, not ignored: a client that sends one relies on it.
 * - A count without a filter costs the number of expired keys that are not removed yet; with a filter it walks the
 *   keys of the range.
 * - Export compresses at the fastest level, so that it is no slower than the disk or network it goes to. Import puts
 *   no bound on the gzip ratio: each row is bounded, and white space costs only time.
 * - prefix, start and end may have 65,535 bytes, as any key may, whatever --max_key_bytes is: it may have been larger
 *   before.
 * - A problem that occurs between the commits of a bulk request keeps its cause, so that the router logs it.
 * - Batches: every changing operation takes conditions; 412 wins over 409, and 409 over 413.
 * - Import: the answers have revision, and deleted with mode=replace. A bad row commits the rows before it, so that
 *   imported + skipped is the number of rows before it. replace refuses an empty input.
 * - Watch: the ids of synced and of heartbeats have no index (<epoch>-<revision> means after all of that revision),
 *   and since and Last-Event-ID accept them. Rows before synced have no id. initial is ignored if a position is
 *   given. A heartbeat in NDJSON is an empty line. reset carries the oldest revision and the present one. KV-Revision
 *   is where the stream starts; for an id within a commit, that commit's revision.
 *
 * Answers on another thread. A write to one key leaves its answer with the commit, and a request thread sends it when
 * the commit completes. The same rules for failures, one log entry and one end of the request apply on one thread or
 * two. The JDK's server allows any thread to answer. But if an answer fails, the server closes and forgets the
 * connection only if the handler throws. Another thread can close the connection (HttpExchange.close). On JDK 17 that
 * works if the client has reset the connection. Otherwise the connection stays in ServerImpl.allConnections, takes 16
 * KB, and counts among the 20,000 that are allowed: on JDK 17 after a cut-off (according to its sources), on newer
 * JDKs always (seen on 25 with platform threads). Therefore, after 500 such failures every request waits for its
 * commit on its own thread (AsyncCompletion). On JDK 25 a stream that fails while it is closed leaves the connection
 * open; Response.bytes flushes first.
 */
/**
 * The HTTP API: the router {@link io.kvstore.api.Api}, a resource for each path, and the formats that resources share (rows,
 * operations, entity tags, cursors, event IDs).
 *
 * <p>Threads: the router and the resources are immutable or thread-safe. All other objects belong to one request, and to one
 * thread at a time, which may block on the connection and on the store. A write that waits for a commit may be completed by
 * another thread; see {@code RequestContext.onComplete}.
 *
 * <p>Errors: a resource throws a {@link io.kvstore.http.Problem} to respond with an error. {@code Problems} translates failed
 * commands and failures of the store, and {@code RequestLifecycle} sends the response. If the head of a response has already
 * been sent, the exception closes the connection, so that the client sees that the response was cut off.
 *
 * <p>Does not know the JDK's server or sockets (package {@code http} does), and does not decide how values are stored
 * (packages {@code keyspace} and {@code store} do).
 */
@NullMarked
package io.kvstore.api;

import org.jspecify.annotations.NullMarked;
