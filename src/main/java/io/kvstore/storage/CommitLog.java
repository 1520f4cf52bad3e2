package io.kvstore.storage;

import io.kvstore.store.Commit;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/*
 * The seam between the group commit and what makes commits durable. Everything above it speaks of commits and
 * revisions. JournalCommitLog is the log of one machine; a replicated log implements this interface and is opened in
 * Stores.
 */
/**
 * The log of every commit since the last checkpoint, and of as many before it as the history keeps.
 *
 * <p>Revisions follow each other without a gap. The committing thread calls the methods that write; {@link #read},
 * {@link #readEncoded}, {@link #bytes} and {@link #oldestRevision} are safe to call from any thread at the same time.
 *
 * <p><b>Failures.</b> Each group is accepted, rejected or has an unknown outcome of its own. The log decides whether it
 * accepts further groups: a {@link GroupException} says that it does. Any other exception of a method that writes is
 * final: the outcome is unknown, and the store accepts no writes until it is opened again.
 */
interface CommitLog<K, V> extends Closeable {

    /**
     * Reads a commit as {@link CommitCodec} encodes it: {@code size} bytes from {@code offset}, which it must not
     * change.
     */
    @FunctionalInterface
    interface EncodedCommitReader {
        void read(long revision, byte[] bytes, int offset, int size) throws IOException;
    }

    /** Identifies the store's revisions; see {@link io.kvstore.store.CommitStore#epoch}. */
    long epoch();

    /** Returns the number of bytes that the log stores for a commit. Costs constant time per effect. */
    long size(Commit<K, V> commit);

    /**
     * Appends the commits of a group as one unit: after a crash either all of them are in the log or none. They are
     * durable after {@link #force}. The group is the caller's again on return.
     *
     * @param group not empty; its revisions must follow the newest commit of the log
     * @throws GroupException if this group was not accepted but later groups can be
     * @throws IOException if the group may be in the log, and no other group is accepted
     */
    void append(CommitGroup<K, V> group) throws IOException;

    /**
     * Makes all appended commits durable; does nothing if they are.
     *
     * @throws IOException as {@link #append}
     */
    void force() throws IOException;

    /** Returns whether all appended commits are durable. */
    boolean isForced();

    /**
     * Returns commits after revision {@code after} up to {@code upTo}, oldest first, until they have at least {@code
     * bytesMax} bytes. Both revisions are of commits that were appended.
     *
     * @return empty if commits after {@code after} are no longer kept
     */
    Optional<List<Commit<K, V>>> read(long after, long upTo, long bytesMax) throws IOException;

    /**
     * Passes the same commits as {@link #read} to a reader without decoding them.
     *
     * @return false if commits after {@code after} are no longer kept
     */
    boolean readEncoded(long after, long upTo, long bytesMax, EncodedCommitReader reader) throws IOException;

    /** Returns the smallest revision after which commits can be read. */
    long oldestRevision();

    /** Returns the size of the log on disk. */
    long bytes();

    /**
     * Separates the commits so far from later ones, so that a checkpoint that begins now can drop exactly those it
     * covers.
     *
     * @throws IOException as {@link #append}
     */
    void roll() throws IOException;

    /**
     * Keeps all commits after a revision, whichever checkpoint covers them, until the next call.
     *
     * @param revision {@link Long#MAX_VALUE} to keep none for this reason
     */
    void keepAfter(long revision);

    /**
     * Drops the oldest commits that neither a restart nor the history needs.
     *
     * @param checkpoint the newest revision that a durable checkpoint covers
     * @throws IOException as {@link #append}
     */
    void drop(long checkpoint) throws IOException;

    /** Marks a clean end and closes the log. */
    void seal() throws IOException;

    /** Closes the log without marking its end as clean. */
    @Override
    void close() throws IOException;
}
