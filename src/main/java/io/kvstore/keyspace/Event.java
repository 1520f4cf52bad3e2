package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * A change of one key, as watchers are told of it.
 *
 * @param revision of the commit it belongs to
 * @param index its place in that commit, from 0, all keys counted, so that it has one name for everybody
 * @param value the new value, or null where the key was removed
 * @param expired whether it was removed because its time was up
 */
public record Event(
        long revision, int index, Key key, @Nullable Value value, boolean expired) {}
