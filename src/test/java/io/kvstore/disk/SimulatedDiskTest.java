package io.kvstore.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.disk.Disk.Access;
import io.kvstore.disk.SimulatedDisk.Operation;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the fault model of the simulated disk: what always survives a power cut, and what is lost in some outcomes. */
final class SimulatedDiskTest {

    private static final Path FOLDER = Path.of("/data/store");
    private static final int LIMIT = 4096;

    private final SimulatedDisk disk = new SimulatedDisk();

    @BeforeEach
    void makeFolder() throws IOException {
        disk.createFolders(FOLDER);
    }

    private static byte[] bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Path path(String name) {
        return FOLDER.resolve(name);
    }

    private DiskFile durable(String name, String contents) throws IOException {
        DiskFile file = disk.open(path(name), Access.CREATE);
        file.write(text(contents), 0);
        file.force();
        disk.forceFolder(FOLDER);
        return file;
    }

    private static String contents(Disk disk, String name) throws IOException {
        if (!disk.exists(path(name))) {
            return "missing";
        }
        try (DiskFile file = disk.open(path(name), Access.READ)) {
            ByteBuffer all = ByteBuffer.allocate((int) file.size());
            file.read(all, 0);
            return new String(all.array(), StandardCharsets.ISO_8859_1);
        }
    }

    private Set<String> outcomes(String name) throws IOException {
        Set<String> outcomes = new TreeSet<>();
        for (SimulatedDisk left : disk.afterPowerCut(1, LIMIT)) {
            outcomes.add(contents(left, name));
        }
        return outcomes;
    }

    @Test
    void force_makesWritesSurvive() throws IOException {
        durable("a", "old").write(text("more"), 3);
        disk.open(path("a"), Access.WRITE).force();
        assertThat(outcomes("a")).containsExactly("oldmore");
    }

    @Test
    void force_affectsOneFile() throws IOException {
        DiskFile a = durable("a", "old");
        DiskFile b = durable("b", "old");
        a.write(text("new"), 0);
        b.write(text("new"), 0);
        b.force();
        assertThat(outcomes("a")).containsExactly("new", "old");
        assertThat(outcomes("b")).containsExactly("new");
    }

    @Test
    void force_doesNotAffectNames() throws IOException {
        DiskFile file = disk.open(path("a"), Access.CREATE);
        file.write(text("x"), 0);
        file.force();
        assertThat(outcomes("a")).containsExactly("missing", "x");
    }

    @Test
    void forceFolder_doesNotAffectContents() throws IOException {
        DiskFile file = disk.open(path("a"), Access.CREATE);
        file.write(text("x"), 0);
        disk.forceFolder(FOLDER);
        assertThat(outcomes("a")).containsExactly("", "\0", "x");
    }

    @Test
    void afterPowerCut_mayKeepALaterWriteWithoutAnEarlierOne() throws IOException {
        DiskFile file = durable("a", "-".repeat(1024));
        file.write(text("1"), 0);
        file.write(text("2"), 512);
        assertThat(outcomes("a").stream().map(all -> "" + all.charAt(0) + all.charAt(512)))
                .containsExactlyInAnyOrder("--", "1-", "-2", "12");
    }

    @Test
    void afterPowerCut_mayLeaveAnyEarlierContentOfASector() throws IOException {
        DiskFile file = durable("a", "-".repeat(4));
        file.write(text("1"), 0);
        file.write(text("2"), 1);
        file.write(text("3"), 0);
        assertThat(outcomes("a")).containsExactly("----", "1---", "12--", "32--");
    }

    @Test
    void afterPowerCut_mayTearAWriteAtAnySector() throws IOException {
        DiskFile file = durable("a", "-".repeat(2048));
        file.write(ByteBuffer.wrap(bytes(1536, 'x')), 0);
        assertThat(outcomes("a").stream().map(all -> "" + all.charAt(0) + all.charAt(600) + all.charAt(1100)))
                .containsExactlyInAnyOrder("---", "x--", "-x-", "--x", "xx-", "x-x", "-xx", "xxx");
        for (String outcome : outcomes("a")) {
            for (int sector = 0; sector < 4; sector++) {
                assertThat(outcome.substring(sector * 512, sector * 512 + 512)
                                .chars()
                                .distinct())
                        .as("one sector is never torn")
                        .hasSize(1);
            }
        }
    }

    @Test
    void afterPowerCut_mayTearALargeWrite() throws IOException {
        DiskFile file = durable("a", "-".repeat(1 << 16));
        file.write(ByteBuffer.wrap(bytes(1 << 16, 'x')), 0);
        Set<String> outcomes = outcomes("a");
        assertThat(outcomes.contains("-".repeat(1 << 16))).isTrue();
        assertThat(outcomes.contains("x".repeat(1 << 16))).isTrue();
        assertThat(outcomes.size()).isGreaterThan(100);
    }

    @Test
    void afterPowerCut_keepsSizeAndBytesIndependently() throws IOException {
        durable("a", "ab").write(text("cd"), 2);
        assertThat(outcomes("a")).containsExactly("ab", "ab\0\0", "abcd");
    }

    @Test
    void afterPowerCut_mayUndoATruncation() throws IOException {
        DiskFile file = durable("a", "abcdef");
        file.truncate(2);
        assertThat(outcomes("a")).containsExactly("ab", "abcdef");
    }

    @Test
    void afterPowerCut_neverRestoresTruncatedBytesInALargerFile() throws IOException {
        DiskFile file = durable("a", "a".repeat(1024));
        file.truncate(2);
        file.write(text("z"), 1023);
        for (String outcome : outcomes("a")) {
            assertThat(outcome.length()).isIn(2, 1024);
            if (outcome.length() == 1024 && outcome.charAt(1023) == 'z') {
                assertThat(outcome.charAt(600)).isEqualTo('\0');
            }
        }
        assertThat(outcomes("a")).contains("aa", "a".repeat(1024), "aa" + "\0".repeat(1022));
    }

    @Test
    void open_toCreateTruncatesWithoutForcing() throws IOException {
        durable("a", "abc");
        disk.open(path("a"), Access.CREATE);
        assertThat(outcomes("a")).containsExactly("", "abc");
    }

    @Test
    void afterPowerCut_mayUndoARename() throws IOException {
        durable("a", "old");
        durable("b", "new");
        disk.rename(path("b"), path("a"));
        Set<String> outcomes = new TreeSet<>();
        for (SimulatedDisk left : disk.afterPowerCut(1, LIMIT)) {
            outcomes.add(contents(left, "a") + " " + contents(left, "b"));
        }
        assertThat(outcomes).containsExactly("new missing", "old new");
    }

    @Test
    void afterPowerCut_keepsNamesInAnyOrderButNoRenameWithoutItsFile() throws IOException {
        durable("c", "c");
        disk.open(path("a"), Access.CREATE).close();
        disk.rename(path("a"), path("b"));
        disk.delete(path("c"));
        Set<String> outcomes = new TreeSet<>();
        for (SimulatedDisk left : disk.afterPowerCut(1, LIMIT)) {
            StringBuilder names = new StringBuilder();
            left.list(FOLDER).stream().sorted().forEach(name -> names.append(name.getFileName()));
            outcomes.add(names.toString());
        }
        assertThat(outcomes).containsExactly("", "a", "ac", "b", "bc", "c");
    }

    @Test
    void forceFolder_makesNamesSurvive() throws IOException {
        durable("a", "x");
        durable("c", "y");
        disk.rename(path("a"), path("b"));
        disk.delete(path("c"));
        disk.forceFolder(FOLDER);
        for (SimulatedDisk left : disk.afterPowerCut(1, LIMIT)) {
            assertThat(left.list(FOLDER)).containsExactly(path("b"));
        }
    }

    @Test
    void createFolders_isDurable() throws IOException {
        for (SimulatedDisk left : disk.afterPowerCut(1, LIMIT)) {
            assertThat(left.exists(FOLDER)).isTrue();
        }
    }

    @Test
    void createFolders_makesFoldersOfACrashedProcessDurable() throws IOException {
        Path deep = Path.of("/other/deep");
        disk.crashAt(2);
        assertThatThrownBy(() -> disk.createFolders(deep)).isInstanceOf(SimulatedCrash.class);
        SimulatedDisk next = disk.afterKill();
        assertThat(next.exists(deep.getParent())).isTrue();
        next.createFolders(deep);
        for (SimulatedDisk left : next.afterPowerCut(1, LIMIT)) {
            assertThat(left.exists(deep)).isTrue();
        }
    }

    @Test
    void afterPowerCut_leavesOnlyDurableState() throws IOException {
        durable("a", "old").write(text("new"), 0);
        for (SimulatedDisk left : disk.afterPowerCut(1, LIMIT)) {
            String contents = contents(left, "a");
            for (SimulatedDisk again : left.afterPowerCut(1, LIMIT)) {
                assertThat(contents(again, "a")).isEqualTo(contents);
            }
        }
    }

    @Test
    void afterPowerCut_returnsIndependentDisks() throws IOException {
        durable("a", "old").write(text("new"), 0);
        List<SimulatedDisk> left = disk.afterPowerCut(1, LIMIT);
        for (SimulatedDisk one : left) {
            DiskFile file = one.open(path("a"), Access.WRITE);
            assertThat(contents(one, "a")).isIn("old", "new");
            file.write(text("own"), 0);
            file.force();
        }
    }

    @Test
    void afterPowerCut_respectsTheLimitAndIsReproducibleBySeed() throws IOException {
        DiskFile file = durable("a", "");
        for (int i = 0; i < 100; i++) {
            file.write(ByteBuffer.wrap(bytes(700, i + 1)), i * 700L);
        }
        List<SimulatedDisk> first = disk.afterPowerCut(7, 50);
        List<SimulatedDisk> second = disk.afterPowerCut(7, 50);
        assertThat(first).hasSize(50);
        Set<String> distinct = new TreeSet<>();
        for (int i = 0; i < first.size(); i++) {
            assertThat(contents(first.get(i), "a")).isEqualTo(contents(second.get(i), "a"));
            distinct.add(contents(first.get(i), "a"));
        }
        assertThat(contents(first.get(0), "a")).isEmpty();
        assertThat(contents(first.get(1), "a")).isEqualTo(contents(disk.afterKill(), "a"));
        assertThat(distinct.size()).isGreaterThan(40);
    }

    @Test
    void afterKill_keepsWritesButNotDurably() throws IOException {
        durable("a", "old").write(text("new"), 0);
        SimulatedDisk left = disk.afterKill();
        assertThat(contents(left, "a")).isEqualTo("new");
        Set<String> outcomes = new TreeSet<>();
        for (SimulatedDisk cut : left.afterPowerCut(1, LIMIT)) {
            outcomes.add(contents(cut, "a"));
        }
        assertThat(outcomes).containsExactly("new", "old");
    }

    @Test
    void afterKill_releasesLocks() throws IOException {
        disk.lock(path("lock"));
        SimulatedDisk left = disk.afterKill();
        try (Closeable lock = left.lock(path("lock"))) {
            assertThatThrownBy(() -> left.lock(path("lock"))).isInstanceOf(OverlappingFileLockException.class);
            assertThat(lock).isNotNull();
        }
    }

    @Test
    void crashAt_preventsTheChangeAndAllLaterOperations() throws IOException {
        DiskFile file = durable("a", "1");
        disk.crashAt(2);
        file.write(text("2"), 1);
        assertThatThrownBy(() -> file.write(text("3"), 2)).isInstanceOf(SimulatedCrash.class);
        assertThat(disk.faultPoint()).isEqualTo("WRITE /data/store/a of 1 bytes at 2");
        assertThatThrownBy(file::size).isInstanceOf(SimulatedCrash.class);
        assertThatThrownBy(() -> disk.list(FOLDER)).isInstanceOf(SimulatedCrash.class);
        assertThat(contents(disk.afterKill(), "a")).isEqualTo("12");
    }

    @Test
    void crashAt_countsEachKindOfChange() throws IOException {
        long before = disk.operations(Operation.CHANGES);
        DiskFile file = disk.open(path("a"), Access.CREATE);
        file.write(text("123"), 0);
        file.truncate(1);
        file.force();
        disk.forceFolder(FOLDER);
        disk.rename(path("a"), path("b"));
        disk.delete(path("b"));
        disk.list(FOLDER);
        file.size();
        assertThat(disk.operations(Operation.CHANGES) - before).isEqualTo(7);
    }

    @Test
    void crashWithin_leavesHalfAWrite() throws IOException {
        DiskFile file = durable("a", "");
        disk.crashWithin(1);
        assertThatThrownBy(() -> file.write(text("1234"), 0)).isInstanceOf(SimulatedCrash.class);
        assertThat(contents(disk.afterKill(), "a")).isEqualTo("12");
    }

    @Test
    void failAt_failsOnce() throws IOException {
        DiskFile file = durable("a", "");
        disk.failAt(2, EnumSet.of(Operation.WRITE));
        file.write(text("1"), 0);
        assertThatThrownBy(() -> file.write(text("2345"), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Input/output error");
        file.write(text("9"), 3);
        assertThat(contents(disk, "a")).isEqualTo("1239");
    }

    @Test
    void failFrom_keepsFailing() throws IOException {
        DiskFile file = durable("a", "x");
        disk.failFrom(1, EnumSet.of(Operation.FORCE, Operation.READ));
        assertThatThrownBy(file::force).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> contents(disk, "a")).isInstanceOf(IOException.class);
        assertThatThrownBy(file::force).isInstanceOf(IOException.class);
        disk.heal();
        file.force();
        assertThat(contents(disk, "a")).isEqualTo("x");
    }

    @Test
    void failAt_ofAForceLosesTheUnforcedWritesPermanently() throws IOException {
        DiskFile file = durable("a", "-".repeat(1024));
        file.write(text("1"), 0);
        file.write(text("1"), 512);
        disk.failAt(1, EnumSet.of(Operation.FORCE));
        assertThatThrownBy(file::force).isInstanceOf(IOException.class);
        file.write(text("2"), 513);
        file.force();
        assertThat(outcomes("a").stream().map(all -> all.charAt(0) + all.substring(512, 514)))
                .containsExactlyInAnyOrder("-12", "112");
    }

    @Test
    void ignore_makesAForceDoNothing() throws IOException {
        DiskFile file = durable("a", "old");
        disk.ignore(EnumSet.of(Operation.FORCE));
        file.write(text("new"), 0);
        file.force();
        assertThat(outcomes("a")).containsExactly("new", "old");
    }

    @Test
    void fillAt_leavesNoSpaceUntilSomeIsFreed() throws IOException {
        DiskFile file = durable("a", "x");
        disk.fillAt(2);
        file.write(text("y"), 0);
        DiskFile other = disk.open(path("b"), Access.CREATE);
        other.write(text("z"), 0);
        assertThatThrownBy(() -> file.write(ByteBuffer.wrap(bytes(12_289, 'y')), 0))
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
        assertThat(disk.full()).isTrue();
        assertThat(file.size()).isEqualTo(8192);
        file.write(text("z"), 0);
        assertThatThrownBy(() -> other.write(text("z"), 4096)).hasMessage("No space left on device");
        file.truncate(4096);
        other.write(text("z"), 4096);
        assertThatThrownBy(() -> file.write(text("z"), 4096)).hasMessage("No space left on device");
        disk.delete(path("b"));
        assertThatThrownBy(() -> file.write(text("z"), 4096)).as("still open").hasMessage("No space left on device");
        other.close();
        file.write(text("z"), 4096);
        disk.heal();
        file.write(ByteBuffer.wrap(bytes(40_960, 'y')), 0);
    }

    @Test
    void read_agreesWithAModelUnderRandomOperations() throws IOException {
        long seed = 20240607;
        Random random = new Random(seed);
        byte[] model = new byte[1 << 16];
        int size = 0;
        DiskFile file = durable("a", "");
        for (int step = 0; step < 3000; step++) {
            int at = random.nextInt(model.length);
            int length = Math.min(random.nextInt(6000), model.length - at);
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    byte[] bytes = new byte[length];
                    random.nextBytes(bytes);
                    file.write(ByteBuffer.wrap(bytes), at);
                    System.arraycopy(bytes, 0, model, at, length);
                    size = length == 0 ? size : Math.max(size, at + length);
                }
                case 2 -> {
                    if (at < size && random.nextInt(10) == 0) {
                        file.truncate(at);
                        Arrays.fill(model, at, size, (byte) 0);
                        size = at;
                    }
                }
                case 3 -> file.force();
                default -> {
                    ByteBuffer read = ByteBuffer.allocate(length);
                    int n = file.read(read, at);
                    assertThat(n)
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(Math.max(0, Math.min(length, size - at)));
                    assertThat(Arrays.copyOf(read.array(), n)).isEqualTo(Arrays.copyOfRange(model, at, at + n));
                }
            }
        }
        file.force();
        for (SimulatedDisk left : disk.afterPowerCut(seed, LIMIT)) {
            String expected = new String(model, 0, size, StandardCharsets.ISO_8859_1);
            assertThat(contents(left, "a")).isEqualTo(expected);
        }
    }
}
