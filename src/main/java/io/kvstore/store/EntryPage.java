package io.kvstore.store;

import java.util.List;
import java.util.Map;

/**
 * A page of entries, all of one published state.
 *
 * @param revision the revision of that state
 * @param size how many keys the whole store has in that state
 * @param entries in the order that was asked for
 * @param last whether the range has nothing after them
 */
public record EntryPage<K, V>(long revision, long size, List<Map.Entry<K, V>> entries, boolean last) {}
