package io.kvstore.client;

/** A key, its value, and the metadata of that state. */
public record Entry<V>(String key, V value, Metadata metadata) {

    /** Returns the ETag of this state. */
    public ETag etag() {
        return metadata.etag();
    }
}
