package io.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.client.KeyValueClient;
import io.kvstore.client.ScriptedServer;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A command that is run while a key is held. */
@Timeout(60)
class LockCommandTest {

    private static final String KEY = "lock/report";

    private static final ScriptedServer.Step HELD = ScriptedServer.answer(412, "", "ETag: \"e-7\"", "KV-Revision: 7");
    private static final String[] WATCHING = {
        "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "", ": watching\nid: e-9\n\n"
    };

    @TempDir
    Path folder;

    private Keyspace keyspace;
    private Server server;
    private KeyValueClient<String> other;
    private final Captured shell = new Captured();

    @BeforeEach
    void start() {
        keyspace = Keyspace.open(Keyspace.options().mode(StorageMode.MEMORY, folder), InstantSource.system());
        server = TestServer.over(() -> keyspace);
        other = KeyValueClient.ofText(URI.create(server.address()));
        shell.variable("KVSTORE_URL", server.address());
    }

    @AfterEach
    void stop() {
        other.close();
        server.close();
    }

    @Test
    void lock_isHeldWithItsRevisionWhileTheCommandRuns_andGivenBack() throws IOException {
        other.put("before", "1");
        Path told = folder.resolve("told");
        assertThat(shell.run(
                        "lock",
                        KEY,
                        "--ttl",
                        "60s",
                        "--",
                        "sh",
                        "-c",
                        "echo $KVSTORE_LOCK_KEY $KVSTORE_LOCK_REVISION > " + told))
                .as(() -> shell.err())
                .isZero();
        assertThat(told).hasContent(KEY + " 2\n");
        assertThat(other.get(KEY)).isNull();
    }

    @Test
    void exitCode_isTheCommands() {
        assertThat(shell.run("lock", KEY, "--", "sh", "-c", "exit 42")).isEqualTo(42);
        assertThat(shell.run("lock", KEY, "--", "sh", "-c", "kill -TERM $$")).isEqualTo(143);
        assertThat(shell.run("lock", KEY, "--", folder.resolve("none").toString()))
                .isEqualTo(127);
        assertThat(shell.run("lock", KEY, "--", folder.toString())).isEqualTo(126);
        assertThat(other.get(KEY)).isNull();
    }

    @Test
    void noCommand_isExit2() {
        assertThat(shell.run("lock", KEY)).isEqualTo(2);
        assertThat(shell.run("lock", KEY, "--ttl", "1ms", "--", "true")).isEqualTo(2);
    }

    @Test
    void heldByAnother_isExit124WhenTheWaitIsOver() {
        other.put(KEY, "theirs");
        Path touched = folder.resolve("touched");
        for (String wait : new String[] {"0s", "500ms"}) {
            assertThat(shell.run("lock", KEY, "--wait", wait, "--", "touch", touched.toString()))
                    .isEqualTo(124);
            assertThat(shell.err()).contains("another process holds " + KEY);
        }
        assertThat(touched).doesNotExist();
        assertThat(other.get(KEY)).isEqualTo("theirs");
    }

    @Test
    void heldByAnother_isWaitedForAndTakenWhenItIsFree() throws Exception {
        other.put(KEY, "theirs");
        CompletableFuture<Integer> waiting = waiting();
        other.put(KEY + "/other", "1");
        other.delete(KEY + "/other");
        other.delete(KEY);
        assertThat(waiting.get()).isZero();
    }

    /** The watch begins at the present, so that it waits though the key's own revision may have left the history. */
    @Test
    void keyThatWasFreeBeforeTheWatchBegan_isNotWaitedFor() {
        takes(
                List.of(
                        HELD,
                        ScriptedServer.silenceAfter(WATCHING),
                        ScriptedServer.answer(404, "", "KV-Revision: 8"),
                        ScriptedServer.written(201),
                        ScriptedServer.written(200)),
                "PUT /keys/a",
                "GET /watch?prefix=a&values=false",
                "HEAD /keys/a",
                "PUT /keys/a",
                "DELETE /keys/a");
    }

    /** What happened to the key meanwhile is forgotten: it may be free, and is asked for again. */
    @Test
    void waitWhoseHistoryIsGone_asksAgain() {
        String gone = "{\"title\":\"Gone\",\"status\":410,\"detail\":\"forgotten\",\"oldest\":20,\"revision\":30}";
        takes(
                List.of(
                        HELD,
                        ScriptedServer.hangUpAfter(WATCHING),
                        ScriptedServer.answer(
                                200,
                                "",
                                "ETag: \"e-7\"",
                                "KV-Revision: 7",
                                "Content-Type: text/plain",
                                "Last-Modified: Fri, 27 Nov 2026 18:24:40 GMT"),
                        ScriptedServer.answer(410, gone, "Content-Type: application/problem+json"),
                        ScriptedServer.written(201),
                        ScriptedServer.written(200)),
                "PUT /keys/a",
                "GET /watch?prefix=a&values=false",
                "HEAD /keys/a",
                "GET /watch?prefix=a&values=false&since=e-9",
                "PUT /keys/a",
                "DELETE /keys/a");
    }

    /** Takes the lock from a server that answers so, and has to be asked so. */
    private void takes(List<ScriptedServer.Step> answers, String... asked) {
        try (ScriptedServer scripted = new ScriptedServer(answers.toArray(ScriptedServer.Step[]::new))) {
            String url = scripted.address().toString();
            assertThat(shell.run("lock", "a", "--url", url, "--ttl", "1d", "--", "true"))
                    .as(() -> shell.err())
                    .isZero();
            assertThat(scripted.asked()).containsExactly(asked);
        }
    }

    /** One that has begun to wait. */
    private CompletableFuture<Integer> waiting() {
        CompletableFuture<Integer> waiting =
                CompletableFuture.supplyAsync(() -> shell.run("lock", KEY, "--wait", "50s", "--", "true"));
        await(() -> keyspace.subscriptions() == 1, waiting);
        return waiting;
    }

    @Test
    void timeout_isTheOneGivenWhereItIsShorterThanAQuarterOfTheTimeToLive() {
        for (String[] times : new String[][] {{"100ms", "1d", "PT0.1S"}, {"1d", "400ms", "PT0.1S"}}) {
            try (ScriptedServer silent = new ScriptedServer(ScriptedServer.silence())) {
                String url = silent.address().toString();
                assertThat(shell.run("lock", KEY, "--url", url, "--timeout", times[0], "--ttl", times[1], "--", "true"))
                        .isEqualTo(1);
                assertThat(shell.err()).contains("within " + times[2]).doesNotContain("tried");
            }
        }
    }

    @Test
    void signalBeforeTheCommandIsRun_givesTheKeyBack() {
        Path touched = folder.resolve("touched");
        LockCommand command = new LockCommand(
                shell.shell(),
                hook -> {
                    throw new IllegalStateException("Shutdown in progress");
                },
                Duration.ofMinutes(1));
        new CommandLine(command).parseArgs(KEY, "--", "touch", touched.toString());
        assertThat(run(command)).isEqualTo(1);
        assertThat(touched).doesNotExist();
        assertThat(other.get(KEY)).isNull();
    }

    @Test
    void lockThatIsLost_stopsTheCommand_andIsNotGivenBack() throws Exception {
        lose("", Duration.ofMinutes(1));
        assertThat(shell.err()).contains("lost the lock " + KEY + ": ");
        assertThat(other.get(KEY)).isEqualTo("theirs");
    }

    @Test
    void lockThatIsLost_killsTheCommandThatDoesNotStop() throws Exception {
        lose("trap '' TERM && ", Duration.ZERO);
    }

    /** Holds the lock while a command runs that first does something, takes it away, and sees the command gone. */
    private void lose(String first, Duration grace) throws Exception {
        Path started = folder.resolve("started");
        String script = first + "echo $$ > " + started + "- && mv " + started + "- " + started + " && exec sleep 50";
        LockCommand command = new LockCommand(shell.shell(), hook -> {}, grace);
        new CommandLine(command).parseArgs(KEY, "--ttl", "9s", "--", "sh", "-c", script);
        CompletableFuture<Integer> running = CompletableFuture.supplyAsync(() -> run(command));
        await(() -> Files.exists(started), running);
        other.put(KEY, "theirs");
        assertThat(running.get()).isEqualTo(125);
        long child = Long.parseLong(Files.readString(started).strip());
        assertThat(ProcessHandle.of(child)).as("the command").isEmpty();
    }

    private static int run(LockCommand command) {
        try (Output out = new Output(new ByteArrayOutputStream())) {
            return command.run(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void lock_isRenewedWhileTheCommandRuns() throws Exception {
        Path end = folder.resolve("end");
        CompletableFuture<Integer> running = CompletableFuture.supplyAsync(() -> shell.run(
                "lock", KEY, "--ttl", "6s", "--", "sh", "-c", "until [ -e " + end + " ]; do sleep 0.05; done"));
        try (var watch = other.watch(io.kvstore.client.WatchOptions.prefix(KEY).since(0))) {
            for (int renewals = 0; renewals < 3; renewals++) {
                assertThat(watch.next()).isInstanceOf(io.kvstore.client.WatchEvent.Put.class);
            }
            Files.createFile(end);
        }
        assertThat(running.get()).isZero();
        assertThat(other.get(KEY)).isNull();
    }

    /** Until something is so; fails when the command ends before, or the test's time is over. */
    private void await(BooleanSupplier condition, CompletableFuture<Integer> running) {
        while (!condition.getAsBoolean()) {
            assertThat(running.isDone()).as(() -> "it ended: " + shell.err()).isFalse();
            assertThat(Thread.currentThread().isInterrupted()).as("time is up").isFalse();
            Thread.onSpinWait();
        }
    }
}
