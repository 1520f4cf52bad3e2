package io.kvstore.store;

import java.util.Comparator;

/**
 * Encodes and orders keys. {@code compare(a, b)} has the sign of comparing the encoded bytes as unsigned numbers, one
 * by one; a prefix comes first. Equal keys have equal encodings.
 */
public interface KeyCodec<K> extends Codec<K>, Comparator<K> {}
