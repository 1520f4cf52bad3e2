package io.kvstore.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key and what it maps to, as listings, batches and watches have it.
 *
 * @param value null where values were not asked for
 * @param revision the store's revision of this state
 * @param contentType as it was written; null where none was given
 * @param expires null for a key that does not expire
 */
public record Row<V>(
        String key,
        @Nullable V value,
        long revision,
        @Nullable String contentType,
        @Nullable Instant expires) {}
