package io.kvstore.keyspace;

/**
 * The identifier of one state of one key; no other state ever has it. As an entity tag it is written {@code
 * epoch-revision}.
 *
 * @param epoch identifies the store, see {@link io.kvstore.store.CommitStore#epoch}
 * @param revision the revision of the commit that wrote the state
 */
public record Version(long epoch, long revision) {}
