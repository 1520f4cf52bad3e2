package io.kvstore.store;

/** How the entries of a store are encoded, ordered and indexed. */
public record EntryFormat<K, V>(KeyCodec<K> keyCodec, Codec<V> valueCodec, SecondaryKey<V> secondaryKey) {}
