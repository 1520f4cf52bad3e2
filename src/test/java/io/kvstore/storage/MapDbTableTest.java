package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MapDbTableTest {

    private static final long WINDOW = 1 << 20;

    @TempDir
    Path folder;

    private MapDbTable<String, String> create() throws IOException {
        return MapDbTable.create(new LocalDisk(), folder, Texts.KEYS, Texts.VALUES, Texts::rank, WINDOW);
    }

    private MapDbTable<String, String> open() throws IOException {
        return MapDbTable.open(new LocalDisk(), folder, Texts.KEYS, Texts.VALUES, Texts::rank, WINDOW);
    }

    @Test
    void open_isTheLastCheckpoint() throws IOException {
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
        assertThat(table.lowest(5, 10)).containsExactly("b");
        assertThat(table.lowest(4, 10)).isEmpty();
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
        PageRequest<String> request = new PageRequest<>(
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
        Page<String, String> page = table.page(request);
        assertThat(page.entries()).as(where + " " + request).isEqualTo(expected);
        assertThat(page.last()).as(where + " " + request).isEqualTo(expected.size() == range.size());
        assertThat(page.revision()).as(where).isEqualTo(table.revision());
        long bound = random.nextInt(1_000);
        Comparator<Map.Entry<String, String>> byRank = Comparator.comparing(e -> Texts.rank(e.getValue()));
        assertThat(table.lowest(bound, 7))
                .as(where)
                .isEqualTo(model.entrySet().stream()
                        .filter(e -> Texts.rank(e.getValue()) <= bound)
                        .sorted(byRank)
                        .limit(7)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toList()));
    }

    private static NavigableMap<String, String> range(NavigableMap<String, String> model, PageRequest<String> request) {
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

    private static Commit<String, String> put(long revision, String key, String value) {
        return new Commit<>(revision, List.of(new Commit.Effect<>(key, value, 0)));
    }
}
