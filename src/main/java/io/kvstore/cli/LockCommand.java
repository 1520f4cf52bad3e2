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
 * A signal that ends this process runs the shutdown hook. The hook sends SIGTERM to the command, waits for it,
 * releases the key, and ends the process with the exit code of the command; the lease is renewed meanwhile. Java does
 * not reveal which signal arrived. A signal from the terminal also reaches the command directly.
 */
@CommandLine.Command(
        name = "lock",
        header = "Runs a command under a lock",
        description = {
            "Creates a key and runs a command while the key is held, so that no other lock command "
                    + "with that key runs meanwhile. The key has an expiry, which is renewed as long as the "
                    + "command runs; it is deleted when the command ends. If another process holds the key, "
                    + "kvstore lock waits.",
            "The environment of the command has KVSTORE_LOCK_KEY and KVSTORE_LOCK_REVISION. The "
                    + "revision is a fencing token: it is greater than that of every earlier holder. A resource"
                    + " that the command changes can reject a request with a smaller token, from a holder that "
                    + "does not yet know that it has lost the lock.",
            "If the lock is lost, because the server was unreachable for too long or the key was "
                    + "deleted or overwritten, the command gets SIGTERM, and SIGKILL ten seconds later. A "
                    + "signal that ends kvstore lock is passed on to the command as SIGTERM.",
            "The timeout of a request is a quarter of --ttl, or --timeout if that is shorter."
        },
        exitCodeList = {
            "0:the command succeeded; otherwise its exit code, or 128 plus the number of the signal that ended it",
            ExitCode.FAILED_TEXT,
            ExitCode.USAGE_TEXT,
            "124:another process held the key for the whole --wait",
            "125:the lock was lost and the command was stopped",
            "126:the command cannot be executed",
            "127:the command was not found"
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

    @Parameters(index = "0", paramLabel = "KEY", description = "Key of the lock")
    private String key = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "Command to run and its arguments, after --")
    private List<String> command = List.of();

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            description = "Time after which the lock is released if this machine fails, 100ms to 1d (default: 10s)")
    private String ttl = "10s";

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = "Maximum time to wait for the lock, 0s to 365d (default: unlimited)")
    private @Nullable String wait;

    LockCommand(Shell shell) {
        this(shell, Runtime.getRuntime()::addShutdownHook, GRACE);
    }

    /**
     * @param atExit registers a thread that runs when a signal ends this process; throws {@link IllegalStateException}
     *     if one already has
     * @param grace time between SIGTERM and SIGKILL when the command is stopped
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
                .retries(RetryPolicy.none()) // the lease retries by itself, until its deadline
                .build()) {
            Lease lease = take(client, life, waiting);
            if (lease == null) {
                shell.say("timed out: another process holds " + Rows.printable(key));
                return ExitCode.TIMED_OUT;
            }
            return runHolding(lease);
        }
    }

    /** Takes the key as soon as it is free; returns null if {@code waiting} passes first. */
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
     * Waits until the key is released, or {@code nanosMax} has passed. The watch starts before the key is checked, so
     * it reports every later release. It starts at the current revision, which the history always contains.
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
            // the watch was disconnected for too long; the caller tries to take the key again
        }
    }

    private boolean isRelease(WatchEvent<byte[]> event) {
        return switch (event.type()) {
            case DELETE, EXPIRE -> key.equals(event.key());
            case PUT, SYNCED, RESTARTED -> false;
        };
    }

    /* The hook is registered before the command starts, so a signal never leaves a running command behind. */
    private int runHolding(Lease lease) throws InterruptedException {
        CompletableFuture<Optional<Process>> started = new CompletableFuture<>();
        Thread passOn = new Thread(() -> started.join().ifPresent(process -> passOn(process, lease)), "signal");
        try {
            atExit.accept(passOn);
        } catch (IllegalStateException e) {
            release(lease);
            shell.say("a signal arrived before " + command.get(0) + " was started");
            return ExitCode.FAILED;
        }
        try {
            Process process = start(lease.revision());
            started.complete(Optional.of(process));
            return await(process, lease);
        } catch (IOException e) {
            shell.say("cannot execute " + command.get(0) + ": " + e.getMessage());
            String reason = String.valueOf(e.getMessage());
            return reason.contains("error=2,") ? ExitCode.NOT_FOUND : ExitCode.NOT_RUNNABLE;
        } finally {
            release(lease);
            started.complete(Optional.empty()); // no effect if the command was started
            forget(passOn);
        }
    }

    private int await(Process process, Lease lease) throws InterruptedException {
        CompletableFuture.anyOf(process.onExit(), lease.lost()).join();
        if (lease.lost().isDone() && process.isAlive()) {
            shell.say(
                    "lost the lock " + Rows.printable(key) + ": " + lease.lost().join() + "; stopping the command");
            stop(process);
            return ExitCode.LOST;
        }
        return process.exitValue();
    }

    private static void forget(Thread passOn) throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(passOn);
        } catch (IllegalStateException e) {
            passOn.join(); // the hook ends the process if the command was started
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
            shell.say("cannot release " + Rows.printable(key) + "; it will expire by itself: " + e.getMessage());
        }
    }
}
