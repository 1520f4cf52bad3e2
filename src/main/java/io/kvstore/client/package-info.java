/**
 * A client of a server: {@link io.kvstore.client.KeyValueClient}, made by its builder.
 *
 * <p>It is an {@link io.kvstore.store.KeyValueStore} of text to values, so that a program may keep its data in a store of
 * its own or on a server; and has what HTTP adds to that: states and conditions, expiry, counters, queries, batches,
 * watches, backups.
 *
 * <pre>{@code
 * KeyValueStore<String, String> store = KeyValueClient.ofText(address);
 * store.put("a", "1");
 * String before = store.put("a", "2");
 * assertThat(before).isEqualTo("1");
 * store.close();
 * }</pre>
 *
 * <p>Threads: clients and what their settings are made of are safe for use by any number of threads; what reads or gathers
 * ({@link io.kvstore.client.Listing}, {@link io.kvstore.client.Watch}, {@link io.kvstore.client.Batch}) is for one.
 *
 * <p>Errors: a {@link io.kvstore.client.ClientException}, which says whether the request may have been carried out
 * nevertheless; an {@link java.lang.IllegalArgumentException} for what no server would take, before anything is sent.
 *
 * <p>It is not: a cache, a connection to several servers, or a way to have two requests happen at once but by a batch.
 */
@NullMarked
package io.kvstore.client;

import org.jspecify.annotations.NullMarked;
