package io.kvstore.cli;

import io.kvstore.client.KeyValueClient;
import io.kvstore.client.Query;
import io.kvstore.client.WriteOptions;
import io.kvstore.config.Setting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@CommandLine.Command(
        name = "bench",
        header = "Measures a server under load",
        description = {
            "Sends requests from several clients at once, and tells how many were answered a second and how long they took: the"
                    + " median, the times that 90, 99 and 99.9 of 100 stayed below, the longest; for a terminal also a"
                    + " histogram. Each client sends its next request when the one before was answered, so that a server that"
                    + " stalls is asked less; with --rate the requests come when they are due, and what a stall holds up"
                    + " counts as late.",
            "Its keys have a prefix of their own, and are deleted in the end. It runs on Java's HTTP client, which costs more"
                    + " than the server does: where both share a machine, it is the client that is measured."
        },
        exitCodeList = {
            ExitCode.DONE_TEXT,
            "1:it failed, or requests did, and standard error says why",
            ExitCode.USAGE_TEXT
        },
        footer = {
            "  kvstore bench",
            "  kvstore bench --tests put --clients 64 --duration 30s --value-size 1k",
            "  kvstore bench --tests get --rate 5000 --output json"
        })
final class BenchCommand extends ServerCommand {

    /** What is sent. */
    enum Test {
        PUT,
        GET,
        MIXED,
        INCREMENT
    }

    private static final int PUTS_OF_MIXED = 10;
    private static final int PERCENT = 100;
    private static final int CLIENTS_MAX = 4_096;
    private static final long KEYS_MAX = 100_000_000;
    private static final long VALUE_BYTES_MAX = 1 << 30;
    private static final int BAR_CHARS = 50;
    private static final long FIRST_BAR_NANOS = 50_000;
    private static final double BAR_FACTOR = 1.6;

    @Option(
            names = "--tests",
            paramLabel = "TEST",
            split = ",",
            description =
                    "put, get, mixed (one put in ten, else get) or increment, with commas between; put,get where it is"
                            + " not given")
    private List<Test> tests = new ArrayList<>();

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "how many at once, 1 to 4096; 16 where it is not given")
    private int clients = 16;

    @Option(names = "--requests", paramLabel = "N", description = "how many of each test; 20000 where it is not given")
    private long requests = 20_000;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "how long each test takes, in place of --requests, 1ms to 1d")
    private @Nullable String duration;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "requests a second of all clients together; as fast as it goes where it is not given")
    private double rate;

    @Option(names = "--keys", paramLabel = "N", description = "how many keys; 1000 where it is not given")
    private long keys = 1_000;

    @Option(
            names = "--value-size",
            paramLabel = "SIZE",
            description = "of each value, 0 to 1g; 100 where it is not given")
    private String valueSize = "100";

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            description = "what the prefix of its keys begins with, as tokens ask for it")
    private String prefix = "";

    @Option(names = "--seed", paramLabel = "N", description = "of what is drawn; 1 where it is not given")
    private long seed = 1;

    @Option(names = "--keep", description = "leaves the keys there")
    private boolean keep;

    @Mixin
    private final OutputOptions output = new OutputOptions();

    BenchCommand(Shell shell) {
        super(shell);
    }

    @Override
    int run(KeyValueClient<byte[]> client, Output out) throws IOException, InterruptedException {
        requireRange("--clients", clients, 1, CLIENTS_MAX);
        requireRange("--requests", requests, 1, Long.MAX_VALUE);
        requireRange("--keys", keys, 1, KEYS_MAX);
        if (rate < 0 || rate > 1e9) {
            throw CommandException.usage("--rate must be a number from 0 to 1000000000, not " + rate);
        }
        long time = duration == null
                ? Long.MAX_VALUE
                : new Setting("--duration", duration)
                        .duration(Duration.ofMillis(1), Duration.ofDays(1))
                        .toNanos();
        byte[] value = new byte[(int) new Setting("--value-size", valueSize).size(0, VALUE_BYTES_MAX)];
        Arrays.fill(value, (byte) 'x');
        String own = prefix + "bench-" + UUID.randomUUID() + "/";
        LoadGenerator.Shape shape =
                new LoadGenerator.Shape(clients, duration == null ? requests : Long.MAX_VALUE, time, rate, seed);
        try {
            return run(client, own, value, shape, out);
        } finally {
            if (!keep) {
                client.deleteAll(Query.prefix(own));
            }
        }
    }

    private int run(KeyValueClient<byte[]> client, String own, byte[] value, LoadGenerator.Shape shape, Output out)
            throws IOException, InterruptedException {
        boolean table = output.format(shell) == OutputOptions.Format.TABLE;
        Rows rows = output.rows(
                shell,
                out,
                "test",
                "requests",
                "errors",
                "seconds",
                "per_second",
                "p50_us",
                "p90_us",
                "p99_us",
                "p99.9_us",
                "max_us");
        List<Test> wanted = tests.isEmpty() ? List.of(Test.PUT, Test.GET) : tests;
        List<LoadGenerator.Result> results = new ArrayList<>();
        if (wanted.contains(Test.GET) || wanted.contains(Test.MIXED)) {
            fill(client, own, value);
        }
        long errors = 0;
        for (Test test : wanted) {
            String name = test.name().toLowerCase(Locale.ROOT);
            long total = shape.requests() == Long.MAX_VALUE ? Progress.UNKNOWN : shape.requests();
            LoadGenerator.Result result;
            try (Progress progress = Progress.of(shell, name, Progress.Unit.REQUESTS, total)) {
                result = LoadGenerator.run(shape, operation(test, client, own, value), progress, System::nanoTime);
            }
            show(name, result, rows);
            results.add(result);
            errors += result.errors();
            if (result.firstError() != null) {
                shell.say(
                        name + ": " + result.errors() + " requests failed, the first because: " + result.firstError());
            }
        }
        rows.flush();
        for (int i = 0; table && i < wanted.size(); i++) {
            drawHistogram(
                    wanted.get(i).name().toLowerCase(Locale.ROOT),
                    results.get(i).times(),
                    out);
        }
        return errors == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** So that whatever is read is there. */
    private void fill(KeyValueClient<byte[]> client, String own, byte[] value) throws InterruptedException {
        long[] next = {0};
        LoadGenerator.Shape once = new LoadGenerator.Shape(clients, keys, Long.MAX_VALUE, 0, seed);
        try (Progress progress = Progress.of(shell, "fill", Progress.Unit.REQUESTS, keys)) {
            LoadGenerator.Result filled = LoadGenerator.run(
                    once,
                    random -> {
                        long key;
                        synchronized (next) {
                            key = next[0]++;
                        }
                        client.put(own + key, value, WriteOptions.defaults());
                    },
                    progress,
                    System::nanoTime);
            if (filled.firstError() != null) {
                throw CommandException.failed("the keys could not be written: " + filled.firstError());
            }
        }
    }

    private LoadGenerator.Operation operation(Test test, KeyValueClient<byte[]> client, String own, byte[] value) {
        return switch (test) {
            case PUT -> random -> client.put(key(own, random), value, WriteOptions.defaults());
            case GET -> random -> client.get(key(own, random));
            case MIXED ->
                random -> {
                    if (random.nextInt(PERCENT) < PUTS_OF_MIXED) {
                        client.put(key(own, random), value, WriteOptions.defaults());
                    } else {
                        client.get(key(own, random));
                    }
                };
            case INCREMENT -> random -> client.increment(own + "n" + random.nextLong(keys), 1);
        };
    }

    private String key(String own, SplittableRandom random) {
        return own + random.nextLong(keys);
    }

    private static void show(String test, LoadGenerator.Result result, Rows rows) throws IOException {
        Histogram times = result.times();
        rows.row(
                test,
                times.getTotalCount(),
                result.errors(),
                TimeUnit.NANOSECONDS.toMillis(result.nanos()) / 1e3,
                Math.round(result.perSecond()),
                micros(times.getValueAtPercentile(50)),
                micros(times.getValueAtPercentile(90)),
                micros(times.getValueAtPercentile(99)),
                micros(times.getValueAtPercentile(99.9)),
                micros(times.getMaxValue()));
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    /** How many requests took no longer, but longer than the bar before says. */
    private record Bar(long micros, long count) {}

    /** Bars for the times up to each of some that grow by a factor, from the first that has any. */
    private static void drawHistogram(String test, Histogram times, Output out) throws IOException {
        List<Bar> bars = new ArrayList<>();
        long longest = 1;
        for (HistogramIterationValue step : times.logarithmicBucketValues(FIRST_BAR_NANOS, BAR_FACTOR)) {
            Bar bar = new Bar(micros(step.getValueIteratedTo()), step.getCountAddedInThisIterationStep());
            if (!bars.isEmpty() || bar.count() > 0) {
                bars.add(bar);
                longest = Math.max(longest, bar.count());
            }
        }
        out.line("");
        out.line(test + ": requests that took up to so many µs");
        for (Bar bar : bars) {
            int chars = (int) Math.ceil((double) bar.count() * BAR_CHARS / longest);
            out.line(String.format(
                    Locale.ROOT, "%12d %-" + BAR_CHARS + "s %d", bar.micros(), "#".repeat(chars), bar.count()));
        }
    }

    private static void requireRange(String flag, long given, long min, long max) {
        if (given < min || given > max) {
            throw CommandException.usage(flag + " must be a number from " + min
                    + (max == Long.MAX_VALUE ? " on" : " to " + max) + ", not " + given);
        }
    }
}
