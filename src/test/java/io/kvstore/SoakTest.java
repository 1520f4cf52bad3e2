package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients write, read, list, export and watch for the number of minutes in the system property {@code soak.minutes}. The server
 * is killed every minute. It keeps every acknowledged write, and its use of heap, disk, threads and descriptors levels off.
 */
@Tag("soak")
class SoakTest {

    private static final int MINUTES = Integer.getInteger("soak.minutes", 30);
    private static final Duration ROUND = Duration.ofMinutes(1);

    /** The ratio of the peaks of both halves that still counts as noise rather than growth. */
    private static final double NOISE_RATIO = 1.5;

    private static final Pattern HEAP = Pattern.compile("used (\\d+)K");

    @TempDir
    private Path folder;

    /** The resources that the server uses under load at the end of a round; the heap is measured after a garbage collection. */
    private record Sample(long heapKib, long folderKib, long threads, long descriptors) {}

    @ParameterizedTest
    @EnumSource
    @Timeout(86_400)
    void server_keepsWritesAndItsResourcesLevelOff(StorageMode mode) throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(Path.of("/proc/self/fd")), "the resources of a process are read from /proc");
        long seed = Seed.draw("SoakTest, mode " + mode.label());
        List<Sample> samples = new ArrayList<>();
        CrashClients clients = new CrashClients(seed);
        try {
            for (int minute = 0; minute < MINUTES; minute++) {
                if (mode == StorageMode.MEMORY) {
                    clients.close();
                    clients = new CrashClients(seed + minute);
                }
                try (ServerProcess server = ServerProcess.start(
                        List.of("-Xmx256m"), "--mode", mode.label(), "--store_path", folder.toString())) {
                    clients.check(server);
                    soak(server, clients, samples);
                }
            }
        } finally {
            clients.close();
        }
        System.out.println(mode + " " + samples);
        assertLevelsOff("heap", samples, Sample::heapKib);
        assertLevelsOff("folder", samples, Sample::folderKib);
        assertLevelsOff("threads", samples, Sample::threads);
        assertLevelsOff("descriptors", samples, Sample::descriptors);
    }

    private void soak(ServerProcess server, CrashClients clients, List<Sample> samples) throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        ExecutorService readers = Executors.newCachedThreadPool();
        try {
            List<Future<Long>> reading = new ArrayList<>();
            for (String target :
                    List.of("/keys/key-7", "/keys?prefix=key-1&limit=20", "/export", "/keys?count=true", "/stats")) {
                reading.add(readers.submit(reading(server, target, end)));
            }
            clients.writeFor(server, ROUND, () -> {
                samples.add(sample(server));
                end.set(true); // so that the kill interrupts no response
                for (Future<Long> each : reading) {
                    assertThat(each.get()).isPositive();
                }
                return null;
            });
        } finally {
            end.set(true);
            readers.shutdown();
        }
    }

    /** Returns a task that repeats a request until {@code end} is set, and returns the number of requests. */
    private static Callable<Long> reading(ServerProcess server, String target, AtomicBoolean end) {
        return () -> {
            long count = 0;
            try (RawHttp http = server.connect()) {
                while (!end.get()) {
                    assertThat(http.get(target).status()).as(target).isIn(200, 404);
                    count++;
                }
            }
            return count;
        };
    }

    private Sample sample(ServerProcess server) throws IOException, InterruptedException {
        Path process = Path.of("/proc", Long.toString(server.pid()));
        jcmd(server, "GC.run");
        Matcher used = HEAP.matcher(jcmd(server, "GC.heap_info"));
        assertThat(used.find()).isTrue();
        return new Sample(
                Long.parseLong(used.group(1)),
                folderKib(),
                count(process.resolve("task")),
                count(process.resolve("fd")));
    }

    private static String jcmd(ServerProcess server, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(server.pid()), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private long folderKib() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(SoakTest::bytes).sum() / 1024;
        }
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // a checkpoint has just deleted it
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asserts that the peak of the second half is not higher than that of the first, except for noise. */
    private static void assertLevelsOff(String what, List<Sample> samples, ToLongFunction<Sample> measure) {
        int half = samples.size() / 2;
        long before = samples.subList(0, half).stream().mapToLong(measure).max().orElseThrow();
        long after = samples.subList(half, samples.size()).stream()
                .mapToLong(measure)
                .max()
                .orElseThrow();
        assertThat((double) after)
                .as("%s: peaks of both halves %d and %d", what, before, after)
                .isLessThanOrEqualTo(NOISE_RATIO * before);
    }
}
