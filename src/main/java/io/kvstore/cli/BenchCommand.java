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
            "Sends requests from several clients at once. Reports the requests per second and the "
                    + "latency: the median, the percentiles 90, 99 and 99.9, and the maximum; in a table, also "
                    + "a histogram. Each client waits for a response before it sends the next request, so a "
                    + "stalled server receives fewer requests. With --rate, requests are sent on schedule, and "
                    + "the latency of a delayed request counts from its scheduled time.",
            "All keys begin with a generated prefix and are deleted at the end. The load is sent with "
                    + "Java's HTTP client, which uses more CPU than the server: if both run on one machine, the"
                    + " client is the bottleneck."
        },
        exitCodeList = {
            ExitCode.DONE_TEXT,
            "1:failure, including a failure of any request; standard error has the reason",
            ExitCode.USAGE_TEXT
        },
        footer = {
            "  kvstore bench",
            "  kvstore bench --tests put --clients 64 --duration 30s --value-size 1k",
            "  kvstore bench --tests get --rate 5000 --output json"
        })
final class BenchCommand extends ServerCommand {

    /** A kind of load. */
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
            description = "Comma-separated tests: put, get, mixed (10% put, 90% get), increment (default: put,get)")
    private List<Test> tests = new ArrayList<>();

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "Number of concurrent clients, 1 to 4096 (default: 16)")
    private int clients = 16;

    @Option(names = "--requests", paramLabel = "N", description = "Number of requests of each test (default: 20000)")
    private long requests = 20_000;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "Duration of each test, 1ms to 1d; replaces --requests")
    private @Nullable String duration;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Requests per second of all clients together (default: unlimited)")
    private double rate;

    @Option(names = "--keys", paramLabel = "N", description = "Number of keys (default: 1000)")
    private long keys = 1_000;

    @Option(names = "--value-size", paramLabel = "SIZE", description = "Size of each value, 0 to 1g (default: 100)")
    private String valueSize = "100";

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            description =
                    "Text before the generated prefix of the keys, if the token is limited to a prefix (default: none)")
    private String prefix = "";

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the random choices (default: 1)")
    private long seed = 1;

    @Option(names = "--keep", description = "Do not delete the keys at the end")
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
        LoadGenerator.Plan plan =
                new LoadGenerator.Plan(clients, duration == null ? requests : Long.MAX_VALUE, time, rate, seed);
        try {
            return run(client, own, value, plan, out);
        } finally {
            if (!keep) {
                client.deleteAll(Query.prefix(own));
            }
        }
    }

    private int run(KeyValueClient<byte[]> client, String own, byte[] value, LoadGenerator.Plan plan, Output out)
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
            long total = plan.requests() == Long.MAX_VALUE ? Progress.UNKNOWN : plan.requests();
            LoadGenerator.Result result;
            try (Progress progress = Progress.of(shell, name, Progress.Unit.REQUESTS, total)) {
                result = LoadGenerator.run(plan, operation(test, client, own, value), progress, System::nanoTime);
            }
            show(name, result, rows);
            results.add(result);
            errors += result.errors();
            if (result.firstError() != null) {
                shell.say(name + ": " + result.errors() + " requests failed; the first error: " + result.firstError());
            }
        }
        rows.flush();
        for (int i = 0; table && i < wanted.size(); i++) {
            drawHistogram(
                    wanted.get(i).name().toLowerCase(Locale.ROOT),
                    results.get(i).latencies(),
                    out);
        }
        return errors == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Writes all keys, so that every get finds its key. */
    private void fill(KeyValueClient<byte[]> client, String own, byte[] value) throws InterruptedException {
        long[] next = {0};
        LoadGenerator.Plan once = new LoadGenerator.Plan(clients, keys, Long.MAX_VALUE, 0, seed);
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
                throw CommandException.failed("cannot write the keys that the test reads: " + filled.firstError());
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
        Histogram latencies = result.latencies();
        rows.row(
                test,
                latencies.getTotalCount(),
                result.errors(),
                TimeUnit.NANOSECONDS.toMillis(result.nanos()) / 1e3,
                Math.round(result.perSecond()),
                micros(latencies.getValueAtPercentile(50)),
                micros(latencies.getValueAtPercentile(90)),
                micros(latencies.getValueAtPercentile(99)),
                micros(latencies.getValueAtPercentile(99.9)),
                micros(latencies.getMaxValue()));
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    /** The number of requests whose latency is at most {@code micros}, and above that of the previous bar. */
    private record Bar(long micros, long count) {}

    /** Draws bars whose limits grow by a constant factor, from the first bar that is not empty. */
    private static void drawHistogram(String test, Histogram latencies, Output out) throws IOException {
        List<Bar> bars = new ArrayList<>();
        long longest = 1;
        for (HistogramIterationValue step : latencies.logarithmicBucketValues(FIRST_BAR_NANOS, BAR_FACTOR)) {
            Bar bar = new Bar(micros(step.getValueIteratedTo()), step.getCountAddedInThisIterationStep());
            if (!bars.isEmpty() || bar.count() > 0) {
                bars.add(bar);
                longest = Math.max(longest, bar.count());
            }
        }
        out.line("");
        out.line(test + ": number of requests by latency, up to the given µs");
        for (Bar bar : bars) {
            int chars = (int) Math.ceil((double) bar.count() * BAR_CHARS / longest);
            out.line(String.format(
                    Locale.ROOT, "%12d %-" + BAR_CHARS + "s %d", bar.micros(), "#".repeat(chars), bar.count()));
        }
    }

    private static void requireRange(String flag, long given, long min, long max) {
        if (given < min || given > max) {
            throw CommandException.usage(flag + " must be a number from " + min
                    + (max == Long.MAX_VALUE ? " or more" : " to " + max) + ", not " + given);
        }
    }
}
