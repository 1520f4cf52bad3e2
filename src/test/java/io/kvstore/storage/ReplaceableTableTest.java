package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.Disk;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.storage.mapdb.MapDbTable;
import io.kvstore.store.Codec;
import io.kvstore.store.Commit;
import io.kvstore.store.EntryFormat;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Tests reads that overlap with the replacement of a table. */
class ReplaceableTableTest {

    private static final Path FOLDER = Path.of("/data");

    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch resume = new CountDownLatch(1);

    /** A codec that blocks when it decodes the value {@code slow}, until it is released. */
    private final class Slow implements Codec<String> {
        @Override
        public int size(String text) {
            return Texts.VALUES.size(text);
        }

        @Override
        public void encode(String text, DataOutput out) throws IOException {
            Texts.VALUES.encode(text, out);
        }

        @Override
        public String decode(DataInput in, int size) throws IOException {
            String text = Texts.VALUES.decode(in, size);
            if (text.equals("slow")) {
                reading.countDown();
                try {
                    resume.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
            }
            return text;
        }
    }

    private MapDbTable<String, String> table(Disk disk, String name, String value) throws IOException {
        MapDbTable<String, String> table = MapDbTable.create(
                disk, FOLDER, name, new EntryFormat<>(Texts.KEYS, new Slow(), Texts::secondaryKey), 64 << 10);
        table.apply(List.of(new Commit<>(1, List.of(new Commit.Effect<>("a", value, 0)))));
        return table;
    }

    @Test
    void awaitReaders_waitsOnlyForReadersOfTheOldTable() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        disk.createFolders(FOLDER);
        ReplaceableTable<String, String> table = new ReplaceableTable<>(table(disk, "old", "slow"));
        ReplaceableTable.Holder<String, String> old = table.holder();
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> table.get("a"));
        reading.await();
        table.replace(table(disk, "new", "quick"));
        assertThat(table.get("a")).isEqualTo("quick");
        AtomicBoolean released = new AtomicBoolean();
        FutureTask<Boolean> waiting = new FutureTask<>(() -> {
            old.awaitReaders();
            return released.get();
        });
        Thread waiter = new Thread(waiting);
        waiter.start();
        while (waiter.getState() != Thread.State.TIMED_WAITING && waiter.isAlive()) {
            Thread.onSpinWait();
        }
        released.set(true);
        resume.countDown();
        assertThat(waiting.get()).as("whether it waited for the reader").isTrue();
        assertThat(read.get()).isEqualTo("slow");
        table.close();
    }
}
