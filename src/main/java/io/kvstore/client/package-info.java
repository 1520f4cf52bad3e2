/*
 * The client shares no code with the server: a mistake in how one side writes a row is found by the other.
 * KeyValueClient passes the contract suite of KeyValueStore over a live server. That contract returns the previous
 * value, which HTTP's PUT and DELETE do not. So those two methods are batches of a get and a write, one commit each.
 *
 * Attempts. Transport describes the four ways an attempt can end. If a request was sent and not answered in full, the
 * write may have been done. The same holds after a 503 with Retry-After, because a store whose write failed answers
 * with it too. Then only idempotent requests are sent again: reads, put and delete of one key.
 *
 * The JDK's HTTP client repeats only a GET or HEAD (once, over a kept connection that turns out to be closed) and a
 * refused connection, unless jdk.httpclient.enableAllMethodRetry is set; then building a client fails. The JDK's
 * request timeout ends with the head of the answer. So the client has its own, up to the last byte, and streams have
 * one that restarts with each byte.
 *
 * A listing is one streamed response, read on demand. If it is incomplete, another request lists the keys after the
 * last one (start is that key and a zero byte; no key lies between them). A reader may therefore pause longer than
 * the server allows a connection to be idle.
 *
 * A watch continues from the last id. The stream sends one at its start and one with each heartbeat. A plain revision
 * would not do: a store in memory that was restarted may have passed it, and changes would be missed unnoticed. A
 * break within the initial rows is reported (Restarted), because keys that were received may have been deleted.
 *
 * A body is taken from the connection one delivery ahead of its reader. A slow reader therefore slows the server's
 * stream, and the demand of a subscriber reaches the socket.
 *
 * Tests of these rules: RetryTest (what is repeated and what is not; the bound of Retry-After:
 * retryAfter_longerThanTheLongestDelayIsNotObeyed), listing_thatIsCutOffRepeatedlyWithoutARowFails (attempts without
 * progress), WatchTest.watch_thatReceivesNothingReconnects (idle time) and watch_ofAServerWithoutTheHistoryFails (the
 * id at the start).
 */
/**
 * A client of a KVStore server: {@link io.kvstore.client.KeyValueClient}, created by its builder.
 *
 * <p>The client is an {@link io.kvstore.store.KeyValueStore} with text keys, so a program can keep its data in an
 * embedded store or on a server. It adds what the HTTP API offers: ETags and conditions, expiry, counters, queries,
 * batches, watches, backups.
 *
 * <pre>{@code
 * KeyValueStore<String, String> store = KeyValueClient.ofText(address);
 * store.put("a", "1");
 * String previous = store.put("a", "2");
 * store.close();
 * }</pre>
 *
 * <p>Threads: a client, and the values that it is configured with, are safe for use by any number of threads. A {@link
 * io.kvstore.client.Listing}, {@link io.kvstore.client.Watch} or {@link io.kvstore.client.Batch} is not thread-safe.
 *
 * <p>Errors: a {@link io.kvstore.client.ClientException} if a request fails; it says whether the server may have
 * executed the request. An {@link java.lang.IllegalArgumentException} for an argument that every server would reject;
 * nothing is sent then.
 *
 * <p>Not included: a cache, connections to several servers, transactions other than a batch.
 */
@NullMarked
package io.kvstore.client;

import org.jspecify.annotations.NullMarked;
