package io.kvstore.store;

import java.util.Comparator;

/**
 * The codec of keys, and their order: as a comparator and as bytes alike. {@code compare(a, b)} has the sign of comparing
 * the encoded bytes unsigned, one by one, a prefix before what it is a prefix of; and equal keys encode alike.
 */
public interface KeyCodec<K> extends Codec<K>, Comparator<K> {}
