package io.kvstore.storage;

import io.kvstore.journal.Journal;
import io.kvstore.journal.JournalRecovery;
import io.kvstore.journal.LogRecord;
import io.kvstore.store.Commit;
import io.kvstore.store.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/*
 * After a failed write or force, what is on disk is unknown, and a second force may report success for pages that the
 * first one lost. So no write is tried again, every failure is final, and this log never throws a GroupException.
 */
/** The log of a store on one machine: a journal in which each group of commits is one frame. */
final class JournalCommitLog<K, V> implements CommitLog<K, V> {

    /** The maximum encoded size of a commit. */
    static final int COMMIT_BYTES_MAX = Journal.RECORD_BYTES_MAX;

    /** Receives the commits that recovery finds in a log. */
    @FunctionalInterface
    interface CommitReader<K, V> {

        /** @param size the encoded size of the commit */
        void read(Commit<K, V> commit, int size) throws IOException;
    }

    /** The log that an earlier process left. It was checked; nothing was changed. */
    static final class Recovery<K, V> {
        private final JournalRecovery recovery;
        private final CommitCodec<K, V> codec;
        private final Journal.Settings settings;

        private Recovery(JournalRecovery recovery, CommitCodec<K, V> codec, Journal.Settings settings) {
            this.recovery = recovery;
            this.codec = codec;
            this.settings = settings;
        }

        /** Passes on the commits after the checkpoint, in order. */
        void replay(CommitReader<K, V> reader) throws IOException {
            recovery.replay(
                    (revision, bytes, offset, size) -> reader.read(codec.read(revision, bytes, offset, size), size));
        }

        /** Makes the commits durable, whether or not the earlier process did. */
        void force() throws IOException {
            recovery.repair();
        }

        /** Opens the log for writing. */
        JournalCommitLog<K, V> open() throws IOException {
            return new JournalCommitLog<>(recovery.open(settings), codec);
        }
    }

    private final Journal journal;
    private final CommitCodec<K, V> codec;
    private final List<LogRecord> records = new ArrayList<>();

    private JournalCommitLog(Journal journal, CommitCodec<K, V> codec) {
        this.journal = journal;
        this.codec = codec;
    }

    /** Creates a log in a folder that has none. */
    static <K, V> JournalCommitLog<K, V> create(StoreOptions<K, V> options, StoreBounds bounds, long firstRevision)
            throws IOException {
        return new JournalCommitLog<>(
                Journal.create(options.disk(), folder(options), settings(options, bounds), firstRevision),
                new CommitCodec<>(options.format()));
    }

    /**
     * Reads and checks the log in a folder.
     *
     * @param checkpoint the revision of the table on disk
     * @throws io.kvstore.disk.DamageException if something is missing or damaged
     */
    static <K, V> Recovery<K, V> recover(StoreOptions<K, V> options, StoreBounds bounds, long checkpoint)
            throws IOException {
        return new Recovery<>(
                JournalRecovery.read(options.disk(), folder(options), checkpoint),
                new CommitCodec<>(options.format()),
                settings(options, bounds));
    }

    /** Returns whether a file of a data folder belongs to the log. */
    static boolean owns(Path file) {
        return Journal.owns(file);
    }

    private static Path folder(StoreOptions<?, ?> options) {
        return Objects.requireNonNull(options.folder(), "folder");
    }

    private static Journal.Settings settings(StoreOptions<?, ?> options, StoreBounds bounds) {
        return new Journal.Settings(
                options.durability() == Durability.ALWAYS,
                options.historyChanges(),
                options.historyBytes(),
                bounds.segment(),
                options.random());
    }

    @Override
    public long epoch() {
        return journal.epoch();
    }

    @Override
    public long size(Commit<K, V> commit) {
        return codec.size(commit);
    }

    @Override
    public void append(CommitGroup<K, V> group) throws IOException {
        checkFollows(group);
        try {
            List<Commit<K, V>> commits = group.commits();
            for (int i = 0; i < commits.size(); i++) {
                records.add(codec.record(commits.get(i), group.size(i)));
            }
            journal.append(records);
        } finally {
            records.clear();
        }
    }

    /** The journal numbers records by itself; memory that ran out between two commits may have left a wrong number. */
    private void checkFollows(CommitGroup<K, V> group) throws IOException {
        long revision = journal.nextRevision();
        for (Commit<K, V> commit : group.commits()) {
            if (commit.revision() != revision++) {
                throw new IOException("the revisions of a group of commits have a gap, because memory ran out");
            }
        }
    }

    @Override
    public void force() throws IOException {
        journal.force();
    }

    @Override
    public boolean isForced() {
        return journal.isForced();
    }

    @Override
    public Optional<List<Commit<K, V>>> read(long after, long upTo, long bytesMax) throws IOException {
        List<Commit<K, V>> commits = new ArrayList<>();
        boolean kept = journal.read(
                after,
                upTo,
                bytesMax,
                (revision, bytes, offset, size) -> commits.add(codec.read(revision, bytes, offset, size)));
        return kept ? Optional.of(commits) : Optional.empty();
    }

    @Override
    public boolean readEncoded(long after, long upTo, long bytesMax, EncodedCommitReader reader) throws IOException {
        return journal.read(after, upTo, bytesMax, reader::read);
    }

    @Override
    public long oldestRevision() {
        return journal.oldest();
    }

    @Override
    public long bytes() {
        return journal.bytes();
    }

    @Override
    public void roll() throws IOException {
        journal.roll();
    }

    @Override
    public void keepAfter(long revision) {
        journal.keepAfter(revision);
    }

    @Override
    public void drop(long checkpoint) throws IOException {
        journal.drop(checkpoint);
    }

    @Override
    public void seal() throws IOException {
        journal.seal();
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
