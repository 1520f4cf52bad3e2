package io.kvstore.cli;

import io.kvstore.client.ClientException;
import io.kvstore.client.KeyValueClient;
import io.kvstore.client.RetryPolicy;
import io.kvstore.client.Watch;
import io.kvstore.client.WatchEvent;
import io.kvstore.client.WatchOptions;
import io.kvstore.config.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/*
 * A signal that ends this process runs the shutdown hook, which passes it on as SIGTERM, waits for the command, gives the
 * key back, and ends the process with the command's exit code. The renewal goes on meanwhile. Java does not tell which
 * signal it was; one that a terminal sends reaches the command by itself.
 */
@CommandLine.Command(
        name = "lock",
        header = "Runs a command while a key is held",
        description = {
            "Creates a key, unless somebody has it, and runs a command while nobody else can do so. The key is renewed as long"
                    + " as the command runs, and deleted when it has ended. While another holds the key, this waits.",
            "The command finds in its environment KVSTORE_LOCK_KEY, and KVSTORE_LOCK_REVISION, which is greater than that of"
                    + " everybody who held the key before: what the command changes elsewhere can refuse whoever comes with a"
                    + " lower one, for no lock keeps away a holder that does not know yet that it has lost it.",
            "Where the key is lost, because the server could not be reached for long or somebody deleted it, the command is"
                    + " sent SIGTERM, and SIGKILL ten seconds later. A signal that ends this command is passed on as SIGTERM.",
            "No request takes longer than a quarter of --ttl, whatever --timeout says."
        },
        exitCodeList = {
            "0:the command ended with 0; else its exit code, where a signal ended it 128 and the number of that",
            ExitCode.FAILED_TEXT,
            ExitCode.USAGE_TEXT,
            "124:another held the key for as long as --wait says",
            "125:the key was lost, and the command stopped",
            "126:the command cannot be run",
            "127:there is no such command"
        },
        footer = {
            "  kvstore lock jobs/report --ttl 10s -- ./report.sh --daily",
            "  kvstore lock deploy --ttl 30s --wait 0s -- make deploy",
            "  kvstore lock db -- sh -c 'psql -v fence=\"$KVSTORE_LOCK_REVISION\" -f migrate.sql'"
        })
final class LockCommand implements Command {

    private static final Duration TTL_MIN = Duration.ofMillis(100);
    private static final Duration TTL_MAX = Duration.ofDays(1);
    private static final Duration WAIT_MAX = Duration.ofDays(365);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int ATTEMPTS_PER_TTL = 4;

    private final Shell shell;
    private final Consumer<Thread> atExit;
    private final Duration grace;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Parameters(index = "0", paramLabel = "KEY", description = "the key")
    private String key = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "the command and its arguments, after --")
    private List<String> command = List.of();

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            description = "the key is free so long after this machine has died, 100ms to 1d; 10s where it is not given")
    private String ttl = "10s";

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = "how long to wait for the key, 0s to 365d; without end where it is not given")
    private @Nullable String wait;

    LockCommand(Shell shell) {
        this(shell, Runtime.getRuntime()::addShutdownHook, GRACE);
    }

    /**
     * @param atExit takes what is to run when a signal ends this process, unless one has begun to
     * @param grace how long a command that is stopped may take before it is killed
     */
    LockCommand(Shell shell, Consumer<Thread> atExit, Duration grace) {
        this.shell = shell;
        this.atExit = atExit;
        this.grace = grace;
    }

    @Override
    public int run(Output out) throws InterruptedException {
        Duration life = new Setting("--ttl", ttl).duration(TTL_MIN, TTL_MAX);
        Duration waiting = wait == null ? null : new Setting("--wait", wait).duration(Duration.ZERO, WAIT_MAX);
        Duration attempt = life.dividedBy(ATTEMPTS_PER_TTL);
        Duration timeout = attempt.compareTo(server.timeout()) < 0 ? attempt : server.timeout();
        try (KeyValueClient<byte[]> client = server.builder(shell)
                .timeout(timeout)
                .connectTimeout(timeout)
                .retries(RetryPolicy.none()) // the renewal repeats by itself, and knows until when it helps
                .build()) {
            Lease lease = take(client, life, waiting);
            if (lease == null) {
                shell.say("another holds " + Rows.printable(key));
                return ExitCode.TIMED_OUT;
            }
            return runHolding(lease);
        }
    }

    /** Takes the key as soon as it is free; null when the time to wait is over before. */
    private @Nullable Lease take(KeyValueClient<byte[]> client, Duration life, @Nullable Duration waiting) {
        byte[] owner = (ProcessHandle.current().pid() + " " + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
        long began = System.nanoTime();
        while (true) {
            try {
                return Lease.take(client, key, owner, life, System::nanoTime);
            } catch (ClientException.ConditionFailed e) {
                long left = waiting == null ? Long.MAX_VALUE : waiting.toNanos() - (System.nanoTime() - began);
                if (left <= 0) {
                    return null;
                }
                awaitRelease(client, left);
            }
        }
    }

    /**
     * Waits until the key is gone, but not longer. The watch is there before the key is looked at: whoever gives it back
     * later is seen. It begins at the present, which no history that has been forgotten keeps from it.
     */
    private void awaitRelease(KeyValueClient<byte[]> client, long nanosMax) {
        try (Watch<byte[]> watch = client.watch(WatchOptions.prefix(key).withoutValues())) {
            if (nanosMax < Long.MAX_VALUE) {
                CompletableFuture.delayedExecutor(nanosMax, TimeUnit.NANOSECONDS)
                        .execute(watch::close);
            }
            if (client.metadata(key) == null) {
                return;
            }
            while (watch.hasNext()) {
                if (isRelease(watch.next())) {
                    return;
                }
            }
        } catch (ClientException.HistoryGone e) {
            // while it was not connected, after a pause: it may be free by now, and who asks again sees
        }
    }

    private boolean isRelease(WatchEvent<byte[]> event) {
        return switch (event.type()) {
            case DELETE, EXPIRE -> key.equals(event.key());
            case PUT, SYNCED, RESTARTED -> false;
        };
    }

    /* The hook is there before the command is: there is none that a signal would leave alone. */
    private int runHolding(Lease lease) throws InterruptedException {
        CompletableFuture<Optional<Process>> started = new CompletableFuture<>();
        Thread passOn = new Thread(() -> started.join().ifPresent(process -> passOn(process, lease)), "signal");
        try {
            atExit.accept(passOn);
        } catch (IllegalStateException e) {
            release(lease);
            shell.say("a signal came before " + command.get(0) + " was run");
            return ExitCode.FAILED;
        }
        try {
            Process process = start(lease.revision());
            started.complete(Optional.of(process));
            return await(process, lease);
        } catch (IOException e) {
            shell.say(command.get(0) + " cannot be run: " + e.getMessage());
            String reason = String.valueOf(e.getMessage());
            return reason.contains("error=2,") ? ExitCode.NOT_FOUND : ExitCode.NOT_RUNNABLE;
        } finally {
            release(lease);
            started.complete(Optional.empty()); // unless it was started
            forget(passOn);
        }
    }

    private int await(Process process, Lease lease) throws InterruptedException {
        CompletableFuture.anyOf(process.onExit(), lease.lost()).join();
        if (lease.lost().isDone() && process.isAlive()) {
            shell.say(Rows.printable(key) + " was lost: " + lease.lost().join() + "; the command is stopped");
            stop(process);
            return ExitCode.LOST;
        }
        return process.exitValue();
    }

    private static void forget(Thread passOn) throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(passOn);
        } catch (IllegalStateException e) {
            passOn.join(); // which ends the process, if there was a command
        }
    }

    private Process start(long revision) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        Map<String, String> environment = builder.environment();
        environment.put("KVSTORE_LOCK_KEY", key);
        environment.put("KVSTORE_LOCK_REVISION", Long.toString(revision));
        return builder.start();
    }

    private void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(grace.toNanos(), TimeUnit.NANOSECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private void passOn(Process process, Lease lease) {
        process.destroy();
        try {
            int code = process.waitFor();
            release(lease);
            Runtime.getRuntime().halt(code);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void release(Lease lease) {
        try {
            lease.close();
        } catch (ClientException e) {
            shell.say(Rows.printable(key) + " could not be given back, and expires by itself: " + e.getMessage());
        }
    }
}
