package io.kvstore.storage.mapdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.LocalDisk;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.storage.Texts;
import io.kvstore.store.Commit;
import io.kvstore.store.EntryFormat;
import io.kvstore.store.EntryPage;
import io.kvstore.store.EntryPageRequest;
import io.kvstore.store.SecondaryKey;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MapDbTableTest {

    private static final long WINDOW = 1 << 20;

    @TempDir
    Path folder;

    private MapDbTable<String, String> create() throws IOException {
        return MapDbTable.create(new LocalDisk(), folder, "pages", Texts.FORMAT, WINDOW);
    }

    private MapDbTable<String, String> open() throws IOException {
        return MapDbTable.open(new LocalDisk(), folder, "pages", Texts.FORMAT, WINDOW);
    }

    @Test
    void open_restoresTheLastCheckpoint() throws IOException {
        MapDbTable<String, String> table = create();
        table.apply(List.of(put(1, "a", "1"), put(2, "b", "@5:2")));
        table.freeze().write();
        table.apply(List.of(put(3, "c", "3")));
        table.close();

        table = open();
        assertThat(table.revision()).isEqualTo(2);
        assertThat(table.size()).isEqualTo(2);
        assertThat(table.get("a")).isEqualTo("1");
        assertThat(table.get("b")).isEqualTo("@5:2");
        assertThat(table.get("c")).isNull();
        assertThat(table.keysUpTo(5, 10)).containsExactly("b");
        assertThat(table.keysUpTo(4, 10)).isEmpty();
        table.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void apply_agreesWithASortedMap(long seed) throws IOException {
        Random random = new Random(seed);
        NavigableMap<String, String> model = new TreeMap<>();
        NavigableMap<String, String> checkpoint = new TreeMap<>();
        MapDbTable<String, String> table = create();
        long revision = 0;
        int keys = seed % 2 == 0 ? 200 : 20_000;
        for (int step = 0; step < 400; step++) {
            List<Commit<String, String>> commits = new ArrayList<>();
            for (int c = random.nextInt(20); c >= 0; c--) {
                List<Commit.Effect<String, String>> effects = new ArrayList<>();
                for (int e = random.nextInt(4) == 0 ? random.nextInt(10) : 0; e >= 0; e--) {
                    String key = key(random, keys);
                    String value = random.nextInt(3) == 0 ? null : value(random);
                    if (random.nextInt(50) == 0 && !model.isEmpty()) {
                        key = model.firstKey();
                        value = null;
                    }
                    effects.add(new Commit.Effect<>(key, value, 0));
                    if (value == null) {
                        model.remove(key);
                    } else {
                        model.put(key, value);
                    }
                }
                commits.add(new Commit<>(++revision, effects));
            }
            table.apply(commits);
            if (random.nextInt(20) == 0) {
                table.apply(commits); // once more
            }
            String where = "seed " + seed + " step " + step;
            if (random.nextInt(10) == 0) {
                table.freeze().write();
                assertThat(table.dirtyBytes()).as(where).isZero();
                checkpoint = new TreeMap<>(model);
                if (random.nextBoolean()) {
                    table.close();
                    table = open();
                    assertThat(table.revision()).as(where).isEqualTo(revision);
                }
            } else if (random.nextInt(40) == 0) {
                table.close();
                table = open();
                model = new TreeMap<>(checkpoint);
                revision = table.revision();
            }
            check(where, table, model, random, keys);
        }
        table.close();
    }

    private static void check(
            String where,
            MapDbTable<String, String> table,
            NavigableMap<String, String> model,
            Random random,
            int keys) {
        assertThat(table.size()).as(where).isEqualTo(model.size());
        for (int i = 0; i < 10; i++) {
            String key = key(random, keys);
            assertThat(table.get(key)).as(where + " " + key).isEqualTo(model.get(key));
        }
        String low = random.nextInt(3) == 0 ? null : key(random, keys);
        String high = random.nextInt(3) == 0 ? null : key(random, keys);
        boolean descending = random.nextBoolean();
        EntryPageRequest<String> request = new EntryPageRequest<>(
                low,
                random.nextBoolean(),
                high,
                random.nextBoolean(),
                descending,
                1 + random.nextInt(50),
                1 + random.nextInt(10_000));
        NavigableMap<String, String> range = range(model, request);
        List<Map.Entry<String, String>> expected = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<String, String> entry : range.entrySet()) {
            if (expected.size() == request.rows() || bytes >= request.bytes()) {
                break;
            }
            expected.add(entry);
            bytes += Texts.KEYS.size(entry.getKey()) + Texts.VALUES.size(entry.getValue());
        }
        EntryPage<String, String> page = table.page(request);
        assertThat(page.entries()).as(where + " " + request).isEqualTo(expected);
        assertThat(page.last()).as(where + " " + request).isEqualTo(expected.size() == range.size());
        assertThat(page.revision()).as(where).isEqualTo(table.revision());
        long bound = random.nextInt(1_000);
        Comparator<Map.Entry<String, String>> bySecondaryKey =
                Comparator.comparing(e -> Texts.secondaryKey(e.getValue()));
        assertThat(table.keysUpTo(bound, 7))
                .as(where)
                .isEqualTo(model.entrySet().stream()
                        .filter(e -> Texts.secondaryKey(e.getValue()) <= bound)
                        .sorted(bySecondaryKey)
                        .limit(7)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toList()));
    }

    private static NavigableMap<String, String> range(
            NavigableMap<String, String> model, EntryPageRequest<String> request) {
        NavigableMap<String, String> range = model;
        if (request.low() != null && request.high() != null && request.low().compareTo(request.high()) > 0) {
            return new TreeMap<>();
        }
        if (request.low() != null) {
            range = range.tailMap(request.low(), request.lowInclusive());
        }
        if (request.high() != null) {
            range = range.headMap(request.high(), request.highInclusive());
        }
        return request.descending() ? range.descendingMap() : range;
    }

    private static String key(Random random, int keys) {
        int n = random.nextInt(keys);
        return switch (n % 5) {
            case 0 -> "users/" + n;
            case 1 -> "users/" + n + "/name";
            case 2 -> "u" + n + "x".repeat(n % 97);
            default -> Integer.toString(n, 36);
        };
    }

    private static String value(Random random) {
        String text = switch (random.nextInt(100)) {
            case 0 -> "large".repeat(random.nextInt(60_000));
            case 1 -> "x".repeat(65_490 + random.nextInt(40));
            case 2, 3, 4 -> "";
            default -> "v".repeat(random.nextInt(300));
        };
        return random.nextInt(4) == 0 ? "@" + random.nextInt(1_000) + ":" + text : text;
    }

    /** Fills a table, writes it to its file and closes it; returns its contents. */
    private NavigableMap<String, String> fill(Disk disk, Path where) throws IOException {
        NavigableMap<String, String> model = new TreeMap<>();
        MapDbTable<String, String> table = MapDbTable.create(disk, where, "pages", Texts.FORMAT, WINDOW);
        Random random = new Random(3);
        long revision = 0;
        for (int i = 0; i < 300; i++) {
            String key = "key/" + i;
            String value =
                    (i % 7 == 0 ? "@" + i + ":" : "") + "value of " + key + ";" + "x".repeat(random.nextInt(200));
            if (i == 251) {
                value = "large;" + "y".repeat(200_000);
            }
            table.apply(List.of(put(++revision, key, value)));
            model.put(key, value);
        }
        for (int i = 0; i < 300; i += 5) {
            table.apply(List.of(put(++revision, "key/" + i, null)));
            model.remove("key/" + i);
        }
        table.freeze().write();
        table.close();
        return model;
    }

    private static void readAll(MapDbTable<String, String> table, NavigableMap<String, String> model, String where) {
        for (int i = 0; i < 301; i++) {
            assertThat(table.get("key/" + i)).as(where).isEqualTo(model.get("key/" + i));
        }
        EntryPageRequest<String> request = new EntryPageRequest<>(null, true, null, true, false, 1_000, 1 << 30);
        EntryPage<String, String> page = table.page(request);
        assertThat(page.entries()).as(where).isEqualTo(List.copyOf(model.entrySet()));
        assertThat(table.size()).as(where).isEqualTo(model.size());
        assertThat(table.keysUpTo(Long.MAX_VALUE - 1, 1_000)).as(where).hasSize((int)
                model.values().stream().filter(value -> value.startsWith("@")).count());
    }

    @Test
    void open_ofAFlippedBitGivesTheContentsOrAnError() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Path where = Path.of("/data");
        disk.createFolders(where);
        NavigableMap<String, String> model = fill(disk, where);
        Random random = new Random(8);
        int damaged = 0;
        for (String name : List.of("pages", "pages.crc", "pages.dw")) {
            Path path = where.resolve(name);
            for (int at : places(read(disk, path), random)) {
                SimulatedDisk flipped = disk.copy();
                int bit = random.nextInt(8);
                flip(flipped, path, at, bit);
                String what = "bit " + bit + " of byte " + at + " of " + name;
                try {
                    MapDbTable<String, String> table = MapDbTable.open(flipped, where, "pages", Texts.FORMAT, WINDOW);
                    readAll(table, model, what);
                    table.close();
                } catch (StoreException.Damaged | IOException e) {
                    damaged++;
                    assertThat(e.getMessage()).as(what).containsIgnoringCase("restore the folder from a backup");
                }
            }
        }
        assertThat(damaged).isGreaterThan(100);
    }

    /** Returns some random places in a file, and some that are not zero. */
    private static int[] places(byte[] bytes, Random random) {
        int[] written =
                IntStream.range(0, bytes.length).filter(at -> bytes[at] != 0).toArray();
        return IntStream.range(0, 120)
                .map(i -> i < 20 || written.length == 0
                        ? random.nextInt(bytes.length)
                        : written[random.nextInt(written.length)])
                .toArray();
    }

    private static void flip(Disk disk, Path path, long at, int bit) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Access.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, at);
            one.put(0, (byte) (one.get(0) ^ (1 << bit)));
            file.write(one.flip(), at);
        }
    }

    /** Writes pages with wrong bytes and the matching checksums. */
    private static void write(Disk disk, Path where, byte[] pages) throws IOException {
        CRC32C zeros = new CRC32C();
        zeros.update(new byte[4096]);
        ByteBuffer checksums = ByteBuffer.allocate(pages.length / 4096 * Integer.BYTES);
        for (int at = 0; at < pages.length; at += 4096) {
            CRC32C crc = new CRC32C();
            crc.update(pages, at, 4096);
            checksums.putInt((int) (crc.getValue() ^ zeros.getValue()));
        }
        try (DiskFile file = disk.open(where.resolve("pages"), Disk.Access.WRITE);
                DiskFile sums = disk.open(where.resolve("pages.crc"), Disk.Access.WRITE)) {
            file.write(ByteBuffer.wrap(pages), 0);
            sums.write(checksums.flip(), 0);
        }
    }

    private static byte[] read(Disk disk, Path path) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Access.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    private static int find(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    @Test
    void get_ofAWronglyWrittenValueIsDamage() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Path where = Path.of("/data");
        disk.createFolders(where);
        NavigableMap<String, String> model = fill(disk, where);
        byte[] pages = read(disk, where.resolve("pages"));
        pages[find(pages, "value of key/123;") + 3] ^= 4;
        pages[find(pages, "yyyyyyyyyy") + 100_000] ^= 1;
        write(disk, where, pages);
        MapDbTable<String, String> table = MapDbTable.open(disk, where, "pages", Texts.FORMAT, WINDOW);
        assertThat(table.get("key/124")).isEqualTo(model.get("key/124"));
        assertThatThrownBy(() -> table.get("key/123")).isInstanceOf(StoreException.Damaged.class);
        assertThatThrownBy(() -> table.page(EntryPageRequest.all())).isInstanceOf(StoreException.Damaged.class);
        assertThatThrownBy(() -> table.get("key/251")).isInstanceOf(StoreException.Damaged.class);
    }

    @Test
    void get_ofAnotherKeysValueIsDamage() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Path where = Path.of("/data");
        disk.createFolders(where);
        MapDbTable<String, String> filled = MapDbTable.create(disk, where, "pages", Texts.FORMAT, WINDOW);
        filled.apply(List.of(put(1, "a", "value of a"), put(2, "b", "value of b")));
        filled.freeze().write();
        filled.close();
        byte[] pages = read(disk, where.resolve("pages"));
        int a = find(pages, "value of a") - 4;
        int b = find(pages, "value of b") - 4;
        for (int i = 0; i < 14; i++) {
            byte one = pages[a + i];
            pages[a + i] = pages[b + i];
            pages[b + i] = one;
        }
        write(disk, where, pages);
        MapDbTable<String, String> table = MapDbTable.open(disk, where, "pages", Texts.FORMAT, WINDOW);
        assertThatThrownBy(() -> table.get("a")).isInstanceOf(StoreException.Damaged.class);
        assertThatThrownBy(() -> table.get("b")).isInstanceOf(StoreException.Damaged.class);
    }

    @Test
    void apply_thatFailsHalfWayPreventsCheckpoints() throws IOException {
        SecondaryKey<String> failing = value -> {
            if (value.equals("bad")) {
                throw new IllegalStateException("no secondary key");
            }
            return SecondaryKey.NONE;
        };
        MapDbTable<String, String> table = MapDbTable.create(
                new LocalDisk(), folder, "pages", new EntryFormat<>(Texts.KEYS, Texts.VALUES, failing), WINDOW);
        table.apply(List.of(put(1, "a", "good")));
        assertThatThrownBy(() -> table.apply(List.of(put(2, "b", "good"), put(3, "c", "bad"))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> table.apply(List.of(put(4, "d", "good")))).isInstanceOf(IOException.class);
        assertThatThrownBy(table::freeze).isInstanceOf(StoreException.Damaged.class);
        // The table has half a commit, which no reader may see.
        assertThatThrownBy(() -> table.get("b")).isInstanceOf(StoreException.Damaged.class);
        table.close();
        MapDbTable<String, String> reopened = open();
        assertThat(reopened.size()).isZero();
        reopened.apply(List.of(put(1, "a", "good")));
        assertThat(reopened.get("a")).isEqualTo("good");
        reopened.close();
    }

    @Test
    void close_mayBeCalledTwiceAndWritesNothing() throws IOException {
        MapDbTable<String, String> table = create();
        table.apply(List.of(put(1, "a", "1")));
        table.close();
        table.close();
        assertThatThrownBy(() -> table.apply(List.of())).isInstanceOf(IOException.class);
        assertThatThrownBy(table::size).isInstanceOf(StoreException.Closed.class);
        MapDbTable<String, String> reopened = open();
        assertThat(reopened.size()).isZero();
        reopened.close();
    }

    @Test
    void deletion_freesSpace() throws IOException {
        MapDbTable<String, String> table = create();
        long revision = 0;
        long size = 0;
        for (int round = 0; round < 12; round++) {
            List<Commit<String, String>> commits = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                commits.add(put(++revision, "key " + i, "@" + round + ":" + "v".repeat(i == 7 ? 300_000 : 1_000)));
            }
            for (int i = 0; i < 500; i++) {
                commits.add(put(++revision, "key " + i, null));
            }
            table.apply(commits);
            table.freeze().write();
            if (round == 3) {
                size = Files.size(folder.resolve("pages"));
            }
        }
        assertThat(Files.size(folder.resolve("pages"))).isLessThanOrEqualTo(size + (1 << 20));
        table.close();
    }

    /**
     * Pairs of keys that are always changed together, and keys that are added and removed. Every value contains its
     * key, so a value of another key is noticed.
     */
    @Test
    void get_duringCommitsNeverSeesHalfOfOneNorAnotherKeysValue() throws Exception {
        int pairs = 8;
        MapDbTable<String, String> table = create();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean done = new AtomicBoolean();
        Thread[] readers = new Thread[3];
        for (int t = 0; t < readers.length; t++) {
            Random random = new Random(t);
            readers[t] = new Thread(() -> {
                while (!done.get() && failure.get() == null) {
                    int pair = random.nextInt(pairs);
                    int first = number(table, "x" + pair);
                    int second = number(table, "y" + pair);
                    assertThat(second).isGreaterThanOrEqualTo(first);
                    number(table, "single" + random.nextInt(40));
                    if (random.nextInt(50) == 0) {
                        Map<String, String> page = table
                                .page(new EntryPageRequest<>("x", true, "z", true, false, 1_000, 1 << 30))
                                .entries()
                                .stream()
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
                        for (int i = 0; i < pairs; i++) {
                            assertThat(page.containsKey("x" + i)).isEqualTo(page.containsKey("y" + i));
                            if (page.containsKey("x" + i)) {
                                assertThat(number("y" + i, page.get("y" + i)))
                                        .isEqualTo(number("x" + i, page.get("x" + i)));
                            }
                        }
                    }
                }
            });
            readers[t].setUncaughtExceptionHandler((thread, e) -> failure.set(e));
            readers[t].start();
        }
        Random random = new Random(17);
        long revision = 0;
        for (int i = 1; i <= 6_000 && failure.get() == null; i++) {
            List<Commit<String, String>> commits = new ArrayList<>();
            for (int c = random.nextInt(4); c >= 0; c--) {
                if (random.nextInt(3) == 0) {
                    int pair = random.nextInt(pairs);
                    commits.add(new Commit<>(
                            ++revision,
                            List.of(
                                    new Commit.Effect<>("x" + pair, numbered("x" + pair, i, random), 0),
                                    new Commit.Effect<>("y" + pair, numbered("y" + pair, i, random), 0))));
                } else {
                    String key = "single" + random.nextInt(40);
                    commits.add(put(++revision, key, random.nextInt(3) == 0 ? null : numbered(key, i, random)));
                }
            }
            table.apply(commits);
            if (i % 500 == 0) {
                table.freeze().write();
            }
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(failure.get()).isNull();
        table.close();
    }

    private static String numbered(String key, int number, Random random) {
        int size = random.nextInt(20) == 0 ? 150_000 : random.nextInt(100);
        return key + "=" + number + ";" + Integer.toString(number % 10).repeat(size);
    }

    /** Checks that a value is complete and belongs to its key; returns its number, or 0 if there is none. */
    private static int number(MapDbTable<String, String> table, String key) {
        String value = table.get(key);
        return value == null ? 0 : number(key, value);
    }

    private static int number(String key, String value) {
        int end = value.indexOf(';');
        assertThat(value).startsWith(key + "=");
        int number = Integer.parseInt(value.substring(key.length() + 1, end));
        String digit = Integer.toString(number % 10);
        assertThat(value.substring(end + 1).replace(digit, "")).isEmpty();
        return number;
    }

    private static Commit<String, String> put(long revision, String key, @Nullable String value) {
        return new Commit<>(revision, List.of(new Commit.Effect<>(key, value, 0)));
    }
}
