package io.kvstore.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.SimulatedDisk;
import io.kvstore.disk.SimulatedDisk.Operation;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.Durability;
import io.kvstore.store.StorageMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A batch takes one durable write, regardless of the number of its operations. */
@Tag("contract")
class BatchForceTest {

    private final SimulatedDisk disk = new SimulatedDisk();

    private long forces() {
        return disk.operations(EnumSet.of(Operation.FORCE, Operation.FORCE_FOLDER));
    }

    @ParameterizedTest
    @EnumSource(value = StorageMode.class, mode = EnumSource.Mode.EXCLUDE, names = "MEMORY")
    void executeAll_forcesOnce(StorageMode mode) {
        try (Keyspace keyspace = new Keyspace(
                Stores.open(StoreOptions.of(Keyspace.FORMAT)
                        .mode(mode, Path.of("/data"))
                        .durability(Durability.ALWAYS)
                        .disk(disk)),
                InstantSource.system())) {
            List<Command> commands = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                Content content = new Content("x".repeat(100).getBytes(StandardCharsets.UTF_8), null);
                commands.add(new Command.Put(Key.of("key" + i), content, Expiry.NEVER, Conditions.NONE));
            }
            long before = forces();
            assertThat(keyspace.executeAll(commands).revision()).isEqualTo(1);
            assertThat(forces()).isEqualTo(before + 1);
            assertThat(keyspace.count().keys()).isEqualTo(1_000);
        }
    }
}
