package io.kvstore.keyspace;

import org.jspecify.annotations.Nullable;

/**
 * A change of one key, as watchers receive it.
 *
 * @param revision the revision of the commit
 * @param index the index of the change within the commit, from 0. It counts the changes of all keys, whether or not they are
 *     watched, so revision and index identify the change for every watcher.
 * @param value the new value, or null if the key was removed
 * @param expired whether the key was removed because it expired
 */
public record Event(
        long revision, int index, Key key, @Nullable Value value, boolean expired) {}
