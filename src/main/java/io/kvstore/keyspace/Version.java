package io.kvstore.keyspace;

/** The name of one state of one key, and of no other state ever. Written as an entity tag it is {@code epoch-revision}. */
public record Version(long epoch, long revision) {}
