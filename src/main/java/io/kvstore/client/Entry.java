package io.kvstore.client;

/**
 * A key, what it maps to, and what is known of that state.
 */
public record Entry<V>(String key, V value, Metadata metadata) {

    /** Its state. */
    public ETag etag() {
        return metadata.etag();
    }
}
