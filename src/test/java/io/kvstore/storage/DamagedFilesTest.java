package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.disk.SimulatedDisk.Operation;
import io.kvstore.store.CommitStore;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damages every file of a store in every way. Then one of three things must happen: opening fails with a clear error
 * and leaves the files unchanged; the store opens, and reports damage when it reads it; or every answer is correct. A
 * wrong value, a missing key or another exception fails the test. In the first two cases, a check of the folder finds
 * the damage.
 */
@Tag("contract")
@ParameterizedClass(name = "{0}, {1}, seed {2}")
@MethodSource("stores")
class DamagedFilesTest {

    private static final int PAGE = 4096;
    private static final int JOURNAL_HEADER = 64;
    private static final int FRAME = 60;
    private static final int SNAPSHOT_HEADER = 28;
    private static final int CHUNK = 24;
    private static final int SMALL_BYTES = 64;

    private static final Set<Operation> WRITING =
            EnumSet.of(Operation.CREATE, Operation.WRITE, Operation.TRUNCATE, Operation.RENAME, Operation.DELETE);

    /** The result for a damaged store. */
    private enum Verdict {
        /** It cannot be opened. */
        REFUSED,
        /** It opens, and some reads, or a write, report damage. */
        DAMAGED,
        /** It opens, and the end of its log was truncated. */
        CUT,
        /** It opens, and every answer is correct. */
        RIGHT
    }

    /** Damages a file. */
    private interface Damage {
        void apply(Disk disk, Path file) throws IOException;
    }

    private final StorageMode mode;
    private final StoredHistory.End end;
    private final long seed;
    private final int samples;
    private final Random random;
    private final Logger log = Logger.getLogger("io.kvstore.journal.JournalRecovery");
    private final List<String> told = new ArrayList<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord record) {
            if (record.getLevel() == Level.WARNING) {
                told.add(MessageFormat.format(record.getMessage(), record.getParameters()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private StoredHistory stored;

    /** @param samples the number of places in a large part of a file that are damaged */
    DamagedFilesTest(StorageMode mode, StoredHistory.End end, long seed, int samples) {
        this.mode = mode;
        this.end = end;
        this.seed = seed;
        this.samples = samples;
        this.random = new Random(seed);
    }

    static Stream<Arguments> stores() {
        return stores(System.nanoTime() % 1_000_000, 10);
    }

    static Stream<Arguments> stores(long seed, int samples) {
        return Stream.of(StorageMode.PERSISTENT, StorageMode.CACHED, StorageMode.LOGGED)
                .flatMap(mode ->
                        Stream.of(StoredHistory.End.values()).map(end -> Arguments.of(mode, end, seed, samples)));
    }

    @BeforeEach
    void write() throws IOException {
        stored = StoredHistory.write(mode, end, seed);
        log.addHandler(listener);
    }

    @AfterEach
    void stopListening() {
        log.removeHandler(listener);
    }

    @Test
    void undamagedFiles_areAccepted() throws IOException {
        assertThat(verdict(StoredHistory.FOLDER, (disk, file) -> {}, "nothing")).isEqualTo(Verdict.RIGHT);
        assertThat(check(stored.disk())).containsExactly(StoreCheck.State.WHOLE);
        assertThat(told).isEmpty();
    }

    @Test
    void deletedFile_isReportedOrNotNeeded() throws IOException {
        for (Path file : files()) {
            boolean needed = !isJournal(file) || file.equals(newestJournal());
            check(
                    file,
                    Disk::delete,
                    "deleted",
                    needed ? EnumSet.of(Verdict.REFUSED) : EnumSet.of(Verdict.REFUSED, Verdict.RIGHT));
        }
    }

    @Test
    void emptiedFile_isReported() throws IOException {
        for (Path file : files()) {
            check(file, cutTo(0), "emptied", EnumSet.of(file.endsWith("pages.dw") ? Verdict.RIGHT : Verdict.REFUSED));
        }
    }

    @Test
    void truncatedFile_isReportedOrHarmless() throws IOException {
        for (Path file : files()) {
            byte[] bytes = StoredHistory.bytes(stored.disk(), file);
            for (int size : places(file, bytes)) {
                check(file, cutTo(size), "cut to " + size, afterCut(file, bytes, size));
            }
        }
    }

    private Set<Verdict> afterCut(Path file, byte[] bytes, int size) throws IOException {
        if (isJournal(file)) {
            if (size < JOURNAL_HEADER) {
                return EnumSet.of(Verdict.REFUSED);
            }
            if (!file.equals(newestJournal())) {
                if (size >= recordsEnd(bytes)) {
                    return EnumSet.of(Verdict.RIGHT);
                }
                // The rest of a frame may be taken for the mark at the end of a log whose successor was deleted.
                boolean mayBeMark = size - Objects.requireNonNull(frames(bytes).floor(size)) <= FRAME;
                return mayBeMark ? EnumSet.of(Verdict.RIGHT, Verdict.REFUSED) : EnumSet.of(Verdict.REFUSED);
            }
            return end == StoredHistory.End.KILLED
                    ? EnumSet.of(Verdict.CUT, Verdict.REFUSED) // CUT if the checkpoint is newer
                    : EnumSet.of(size >= recordsEnd(bytes) ? Verdict.RIGHT : Verdict.REFUSED);
        }
        if (file.endsWith("FORMAT")) {
            return EnumSet.of(size == bytes.length - 1 ? Verdict.RIGHT : Verdict.REFUSED);
        }
        if (file.endsWith("pages")) {
            long pages = ByteBuffer.wrap(bytes).getLong(32);
            return EnumSet.of(size >= pages * PAGE ? Verdict.RIGHT : Verdict.REFUSED);
        }
        return EnumSet.of(file.endsWith("pages.dw") ? Verdict.RIGHT : Verdict.REFUSED);
    }

    private static Damage cutTo(long size) {
        return (disk, path) -> {
            try (DiskFile file = disk.open(path, Disk.Access.WRITE)) {
                file.truncate(size);
            }
        };
    }

    @Test
    void flippedBit_isReportedOrHarmless() throws IOException {
        for (Path file : files()) {
            byte[] bytes = StoredHistory.bytes(stored.disk(), file);
            for (int offset : places(file, bytes)) {
                int bit = random.nextInt(8);
                Damage flip = (disk, path) -> flip(disk, path, offset, bit);
                check(file, flip, "bit " + bit + " at " + offset, afterFlip(file, bytes, offset));
            }
        }
    }

    private Set<Verdict> afterFlip(Path file, byte[] bytes, int offset) throws IOException {
        if (isJournal(file)) {
            if (offset >= recordsEnd(bytes)) {
                return EnumSet.of(Verdict.RIGHT);
            }
            boolean mayBeTorn = end == StoredHistory.End.KILLED && file.equals(newestJournal());
            return EnumSet.of(mayBeTorn && offset >= lastRecords(bytes) ? Verdict.CUT : Verdict.REFUSED);
        }
        if (file.endsWith("pages.dw")) {
            return EnumSet.of(Verdict.RIGHT);
        }
        if ((file.endsWith("pages") && offset >= PAGE) || (file.endsWith("pages.crc") && offset >= Integer.BYTES)) {
            return EnumSet.of(Verdict.REFUSED, Verdict.DAMAGED, Verdict.RIGHT);
        }
        return EnumSet.of(Verdict.REFUSED);
    }

    private static void flip(Disk disk, Path path, long offset, int bit) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Access.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 1 << bit));
            file.write(one.flip(), offset);
        }
    }

    @Test
    void olderFile_isReportedOrHarmless() throws IOException {
        for (Path file : files()) {
            byte[] older = stored.earlier(file);
            if (older == null) {
                continue;
            }
            Damage exchange = (disk, path) -> {
                try (DiskFile out = disk.open(path, Disk.Access.CREATE)) {
                    out.write(ByteBuffer.wrap(older), 0);
                }
            };
            boolean mayBeTorn = end == StoredHistory.End.KILLED && file.equals(newestJournal());
            check(
                    file,
                    exchange,
                    "older",
                    file.endsWith("pages") || file.endsWith("pages.crc")
                            ? EnumSet.of(Verdict.REFUSED)
                            : mayBeTorn
                                    ? EnumSet.of(Verdict.CUT, Verdict.REFUSED)
                                    : EnumSet.of(Verdict.REFUSED, Verdict.RIGHT));
        }
    }

    @Test
    void spaceBeyondThePages_isNeverRead() throws IOException {
        if (mode == StorageMode.LOGGED) {
            return;
        }
        SimulatedDisk disk = stored.disk();
        Path file = StoredHistory.FOLDER.resolve("pages");
        byte[] bytes = StoredHistory.bytes(disk, file);
        long used = ByteBuffer.wrap(bytes).getLong(32) * PAGE;
        assertThat(used).isLessThan(bytes.length);
        byte[] noise = new byte[(int) (bytes.length - used)];
        random.nextBytes(noise);
        try (DiskFile pages = disk.open(file, Disk.Access.WRITE)) {
            pages.write(ByteBuffer.wrap(noise), used);
        }
        NavigableMap<String, String> expected = new TreeMap<>(stored.state(stored.revision()));
        for (int reopened = 0; reopened < 2; reopened++) {
            try (CommitStore<String, String> store = Stores.open(stored.options(disk))) {
                for (int i = 0; i < 30; i++) {
                    String value = StoredHistory.text(random, 20_000 + 5_000 * i);
                    store.put("more" + reopened + i, value);
                    expected.put("more" + reopened + i, value);
                }
                StoreReading reading = new StoreReading(store);
                reading.entries(expected, expected.keySet());
                assertThat(reading.damaged()).isNull();
            }
        }
        try (CommitStore<String, String> store = Stores.open(stored.options(disk))) {
            StoreReading reading = new StoreReading(store);
            reading.entries(expected, expected.keySet());
            assertThat(reading.damaged()).isNull();
        }
    }

    @Test
    void damagedPage_endsWritingWhenAWriteNeedsIt() throws IOException {
        if (mode == StorageMode.LOGGED) {
            return;
        }
        Path file = StoredHistory.FOLDER.resolve("pages");
        byte[] bytes = StoredHistory.bytes(stored.disk(), file);
        int ended = 0;
        for (int page = 1; page * PAGE < bytes.length; page++) {
            int offset = page * PAGE + random.nextInt(PAGE);
            if (Arrays.mismatch(bytes, page * PAGE, (page + 1) * PAGE, new byte[PAGE], 0, PAGE) < 0) {
                continue;
            }
            SimulatedDisk disk = stored.disk();
            flip(disk, file, offset, random.nextInt(8));
            String where = file + ", byte " + offset + ", seed " + seed;
            CommitStore<String, String> store;
            try {
                store = Stores.open(stored.options(disk));
            } catch (StoreException.Damaged e) {
                continue; // it needs another page first
            }
            try {
                for (String key : stored.keysEver()) {
                    put(store, key, "new");
                }
            } catch (StoreException.OutcomeUnknown e) {
                ended++;
                assertThat(e).as(where).hasMessageContaining(file + " is damaged");
                assertThat(store.failure()).as(where).isInstanceOf(StoreException.ReadOnly.class);
                assertThatThrownBy(() -> put(store, "other", "value"))
                        .as(where)
                        .isInstanceOf(StoreException.ReadOnly.class)
                        .hasMessageContaining(file + " is damaged");
            }
            try {
                store.close();
            } catch (StoreException.Damaged e) {
                assertThat(e).as(where).hasMessageContaining(file + " is damaged");
            }
            byte[] after = StoredHistory.bytes(disk, file);
            assertThat(Integer.bitCount((after[offset] ^ bytes[offset]) & 0xff))
                    .as(where)
                    .isEqualTo(1);
        }
        if (end == StoredHistory.End.CLOSED) { // otherwise opening needs it first, to replay the log
            assertThat(ended).as("writes that needed a damaged page").isPositive();
        }
    }

    private static void put(CommitStore<String, String> store, String key, String value) {
        store.commit(transaction -> {
            transaction.put(key, value);
            return true;
        });
    }

    private List<Path> files() throws IOException {
        return StoredHistory.files(stored.disk());
    }

    private static boolean isJournal(Path file) {
        return file.getFileName().toString().startsWith("journal-");
    }

    private Path newestJournal() throws IOException {
        return files().stream()
                .filter(DamagedFilesTest::isJournal)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    /** Returns the offsets of the frames of a segment. */
    private static NavigableSet<Integer> frames(byte[] journal) {
        NavigableSet<Integer> frames = new TreeSet<>();
        for (int at = JOURNAL_HEADER; at < journal.length; at += FRAME + payload(journal, at)) {
            frames.add(at);
        }
        return frames;
    }

    private static int payload(byte[] journal, int frame) {
        return ByteBuffer.wrap(journal).getInt(frame + 48);
    }

    /** Returns the offset of the last frame with records. */
    private static int lastRecords(byte[] journal) {
        return frames(journal).descendingSet().stream()
                .filter(frame -> payload(journal, frame) > 0)
                .findFirst()
                .orElse(JOURNAL_HEADER);
    }

    /** Returns the offset of the marks at the end of a segment. */
    private static int recordsEnd(byte[] journal) {
        int last = lastRecords(journal);
        return last == journal.length || payload(journal, last) == 0 ? last : last + FRAME + payload(journal, last);
    }

    /**
     * Returns the places to damage: each byte of small parts, and some bytes of the rest, some of which are not zero.
     */
    private NavigableSet<Integer> places(Path file, byte[] bytes) throws IOException {
        NavigableSet<Integer> places = new TreeSet<>();
        int step = step(file);
        for (int head : heads(file, bytes)) {
            for (int i = head + random.nextInt(step); i < Math.min(bytes.length, head + SMALL_BYTES); i += step) {
                places.add(i);
            }
        }
        for (int i = 0; i < samples; i++) {
            int place = random.nextInt(bytes.length);
            places.add(place);
            for (int tries = 0; bytes[place] == 0 && tries < 10_000; tries++) {
                place = random.nextInt(bytes.length);
            }
            places.add(place);
        }
        return places;
    }

    /** Returns the distance between damaged bytes in the small parts of a file; 1 if all of them matter. */
    private int step(Path file) throws IOException {
        boolean newest = !isJournal(file) || file.equals(newestJournal());
        boolean here = mode == StorageMode.LOGGED ? newest : file.endsWith("pages") || file.endsWith("pages.crc");
        return (here ? 1 : 8) * (mode == StorageMode.CACHED ? 8 : 1);
    }

    /** Returns the offsets of the small parts of a file: its header, and the headers of its first and last parts. */
    private static List<Integer> heads(Path path, byte[] bytes) {
        List<Integer> heads = new ArrayList<>(List.of(0, Math.max(0, bytes.length - SMALL_BYTES)));
        String name = path.getFileName().toString();
        if (isJournal(path)) {
            heads.addAll(List.of(JOURNAL_HEADER, lastRecords(bytes), recordsEnd(bytes)));
        } else if (name.startsWith("snapshot-")) {
            for (int at = SNAPSHOT_HEADER; at < bytes.length; ) {
                heads.add(at);
                at += CHUNK + ByteBuffer.wrap(bytes).getInt(at + 12);
            }
        } else if (name.equals("pages.dw")) {
            heads.add(PAGE);
        }
        return heads;
    }

    private void check(Path file, Damage damage, String what, Set<Verdict> allowed) throws IOException {
        assertThat(verdict(file, damage, what))
                .as("%s %s, seed %d", file, what, seed)
                .isIn(allowed);
    }

    /** Damages a file, opens the store, reads all of it, writes, and opens it again. */
    private Verdict verdict(Path file, Damage damage, String what) throws IOException {
        String where = file + " " + what + ", seed " + seed;
        SimulatedDisk disk = stored.disk();
        damage.apply(disk, file);
        long changes = disk.operations(WRITING);
        boolean torn = isTorn(disk, file);
        Set<StoreCheck.State> found = check(disk);
        assertThat(disk.operations(WRITING)).as(where).isEqualTo(changes);
        told.clear();
        Verdict verdict = open(disk, file, where, changes, torn);
        if (verdict == Verdict.REFUSED || verdict == Verdict.DAMAGED) {
            assertThat(found).as("the check of %s", where).contains(StoreCheck.State.DAMAGED);
        } else if (verdict == Verdict.CUT) {
            assertThat(found).as("the check of %s", where).doesNotContain(StoreCheck.State.DAMAGED);
        }
        return verdict;
    }

    /** Returns what a check of the folder finds. */
    private Set<StoreCheck.State> check(Disk disk) {
        Set<StoreCheck.State> found = EnumSet.noneOf(StoreCheck.State.class);
        try {
            StoreCheck.run(stored.options(disk), finding -> found.add(finding.state()));
        } catch (StoreException.CannotOpen e) {
            found.add(StoreCheck.State.DAMAGED);
        }
        return found;
    }

    private Verdict open(SimulatedDisk disk, Path file, String where, long changes, boolean torn) throws IOException {
        try {
            CommitStore<String, String> store = Stores.open(stored.options(disk));
            return verdict(store, disk, file, torn);
        } catch (StoreException.CannotOpen | StoreException.Damaged e) {
            assertThat(e).as(where).hasMessageContaining(StoredHistory.FOLDER.toString());
            assertThat(e.getMessage()).as(where).containsPattern("[Rr]estore|use a newer");
            assertThat(disk.operations(WRITING)).as(where).isEqualTo(changes);
            return Verdict.REFUSED;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(where, e);
        }
    }

    /** Returns whether a segment differs from its first frames. */
    private boolean isTorn(Disk disk, Path file) throws IOException {
        if (!isJournal(file) || !disk.exists(file)) {
            return false;
        }
        byte[] was = StoredHistory.bytes(stored.disk(), file);
        byte[] is = StoredHistory.bytes(disk, file);
        return !frames(was).contains(is.length) || !Arrays.equals(is, Arrays.copyOf(was, is.length));
    }

    private Verdict verdict(CommitStore<String, String> store, Disk disk, Path file, boolean torn) {
        long revision = store.revision();
        boolean cut = revision != stored.revision();
        if (cut && torn) {
            assertThat(told).hasSize(1).allMatch(text -> text.startsWith(file + ": truncating an incomplete write"));
        }
        NavigableMap<String, String> expected = new TreeMap<>(stored.state(revision));
        StoreReading reading = new StoreReading(store);
        reading.entries(expected, stored.keysEver());
        reading.history(stored.commits(store.oldestRevision(), revision));
        boolean damaged = reading.damaged() != null;
        if (damaged || cut || random.nextInt(4) == 0) {
            damaged |= write(store, disk, expected);
        } else {
            store.close();
        }
        return damaged ? Verdict.DAMAGED : cut ? Verdict.CUT : Verdict.RIGHT;
    }

    /** Writes until a write fails, if one does. Then acknowledged changes exist, or the store reports damage. */
    private boolean write(CommitStore<String, String> store, Disk disk, NavigableMap<String, String> expected) {
        long unknown = 0;
        NavigableMap<String, String> perhaps = expected;
        boolean damaged = false;
        for (int i = 0; i < 8 && unknown == 0; i++) {
            String key = i % 2 == 0 ? "new" + i : "k" + i;
            String value = i % 5 + ":" + "v".repeat(i * 100);
            perhaps = new TreeMap<>(expected);
            perhaps.put(key, value);
            try {
                put(store, key, value);
                expected.put(key, value);
            } catch (StoreException.OutcomeUnknown e) {
                assertThat(store.failure()).isInstanceOf(StoreException.ReadOnly.class);
                unknown = store.revision() + 1;
                damaged = true;
            }
        }
        StoreReading after = new StoreReading(store);
        after.entries(expected, expected.keySet());
        try {
            store.close();
        } catch (StoreException.Damaged e) {
            damaged = true;
        }
        damaged |= after.damaged() != null;
        try (CommitStore<String, String> again = Stores.open(stored.options(disk))) {
            StoreReading reading = new StoreReading(again);
            reading.entries(again.revision() == unknown ? perhaps : expected, expected.keySet());
            damaged |= reading.damaged() != null;
        } catch (StoreException.Damaged e) {
            assertThat(damaged).as("damage that no read found before").isTrue();
        }
        return damaged;
    }
}
