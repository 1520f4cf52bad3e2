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
 * io.kvstore.client.Listing}, {@link io.kvstore.client.Watch} or {@link io.kvstore.client.Batch} is for one thread.
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
