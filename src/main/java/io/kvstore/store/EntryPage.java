package io.kvstore.store;

import java.util.List;
import java.util.Map;

/**
 * A page of entries from a single published state.
 *
 * @param revision the revision of that state
 * @param size the number of keys of the whole store in that state
 * @param entries in the requested order
 * @param last whether the range has no entries after these
 */
public record EntryPage<K, V>(long revision, long size, List<Map.Entry<K, V>> entries, boolean last) {}
