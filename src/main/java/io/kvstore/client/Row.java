package io.kvstore.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key and its state, as in listings, batches and watches.
 *
 * @param value the value, or null if the request excluded values
 * @param revision the store's revision of this state
 * @param contentType the content type given when the value was written, or null if none was
 * @param expires when the key expires, or null if it does not
 */
public record Row<V>(
        String key,
        @Nullable V value,
        long revision,
        @Nullable String contentType,
        @Nullable Instant expires) {}
