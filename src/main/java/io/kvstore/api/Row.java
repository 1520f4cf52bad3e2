package io.kvstore.api;

import io.kvstore.keyspace.Content;
import io.kvstore.keyspace.Key;

/**
 * What a row says, but for the revision.
 *
 * @param expiryMillis when it expires, in milliseconds since 1970, or {@link io.kvstore.store.SecondaryKey#NONE}
 */
record Row(Key key, Content content, long expiryMillis) {}
