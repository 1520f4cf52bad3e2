package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.SimulatedDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The files of a table are rebuilt while it is used. */
@ParameterizedClass
@EnumSource(names = {"PERSISTENT", "CACHED"})
class CompactionTest {

    private static final Path FOLDER = Path.of("/data");

    @Parameter
    StorageMode mode;

    private final SimulatedDisk disk = new SimulatedDisk();

    private StoreOptions<String, String> options() {
        return TestCodecs.options().mode(mode, FOLDER).cacheCapacity(50).history(100, 1 << 20);
    }

    private CommitStore<String, String> open() {
        return Stores.open(options().disk(disk));
    }

    @Test
    void compact_shrinksTheFilesAndKeepsEverything() {
        Random random = new Random(1);
        NavigableMap<String, String> model = new TreeMap<>(TestCodecs.TEXT);
        List<Commit<String, String>> history = new ArrayList<>();
        try (CommitStore<String, String> store = open()) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 2_000; i++) {
                    String value = (i % 5 == 0 ? i % 17 + ":" : "") + StoredHistory.text(random, 500 + 300 * round);
                    store.put("k" + i, value);
                    model.put("k" + i, value);
                }
                store.checkpoint();
            }
            store.observe(history::add);
            for (int i = 0; i < 1_900; i++) {
                store.delete("k" + i);
                model.remove("k" + i);
            }
            long revision = store.revision();
            long epoch = store.epoch();
            long spaceBefore = disk.spaceUsed();
            Compaction compaction = store.compact();
            System.out.println(compaction + " " + spaceBefore + " " + disk.spaceUsed());
            assertThat(compaction.bytesAfter()).isLessThan(compaction.bytesBefore() / 2);
            assertThat(store.revision()).isEqualTo(revision);
            assertThat(store.epoch()).isEqualTo(epoch);
            StoreReading reading = new StoreReading(store);
            reading.entries(model, List.of("k1", "k1950", "none"));
            assertThat(reading.damaged()).isNull();
        }
        try (CommitStore<String, String> store = open()) {
            StoreReading reading = new StoreReading(store);
            reading.entries(model, List.of("k1", "k1950", "none"));
            assertThat(reading.damaged()).isNull();
        }
    }
}
