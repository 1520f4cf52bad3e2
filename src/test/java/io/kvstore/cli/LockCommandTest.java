package io.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.client.KeyValueClient;
import io.kvstore.client.ScriptedServer;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.server.Server;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
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

/** The lock command: a command that runs while a key is held. */
@Timeout(60)
class LockCommandTest {

    private static final String KEY = "lock/report";

    private static final ScriptedServer.Step HELD = ScriptedServer.respond(412, "", "ETag: \"e-7\"", "KV-Revision: 7");
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
        keyspace = new Keyspace(
                Stores.open(StoreOptions.of(Keyspace.FORMAT).mode(StorageMode.MEMORY, folder)), InstantSource.system());
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
    void lock_isHeldWhileTheCommandRuns_thenReleased() throws IOException {
        other.put("before", "1");
        Path output = folder.resolve("output");
        assertThat(shell.run(
                        "lock",
                        KEY,
                        "--ttl",
                        "60s",
                        "--",
                        "sh",
                        "-c",
                        "echo $KVSTORE_LOCK_KEY $KVSTORE_LOCK_REVISION > " + output))
                .as(() -> shell.err())
                .isZero();
        assertThat(output).hasContent(KEY + " 2\n");
        assertThat(other.get(KEY)).isNull();
    }

    @Test
    void exitCode_isThatOfTheCommand() {
        assertThat(shell.run("lock", KEY, "--", "sh", "-c", "exit 42")).isEqualTo(42);
        assertThat(shell.run("lock", KEY, "--", "sh", "-c", "kill -TERM $$")).isEqualTo(143);
        assertThat(shell.run("lock", KEY, "--", folder.resolve("none").toString()))
                .isEqualTo(127);
        assertThat(shell.run("lock", KEY, "--", folder.toString())).isEqualTo(126);
        assertThat(other.get(KEY)).isNull();
    }

    @Test
    void missingCommand_isExit2() {
        assertThat(shell.run("lock", KEY)).isEqualTo(2);
        assertThat(shell.run("lock", KEY, "--ttl", "1ms", "--", "true")).isEqualTo(2);
    }

    @Test
    void heldByAnother_isExit124AfterTheWait() {
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
    void heldByAnother_isTakenWhenReleased() throws Exception {
        other.put(KEY, "theirs");
        CompletableFuture<Integer> waiting = waiting();
        other.put(KEY + "/other", "1");
        other.delete(KEY + "/other");
        other.delete(KEY);
        assertThat(waiting.get()).isZero();
    }

    /** The watch begins at the current revision, because the history may no longer contain the revision of the key. */
    @Test
    void keyReleasedBeforeTheWatchBegan_isTakenAtOnce() {
        takesLock(
                List.of(
                        HELD,
                        ScriptedServer.silenceAfter(WATCHING),
                        ScriptedServer.respond(404, "", "KV-Revision: 8"),
                        ScriptedServer.written(201),
                        ScriptedServer.written(200)),
                "PUT /keys/a",
                "GET /watch?prefix=a&values=false",
                "HEAD /keys/a",
                "PUT /keys/a",
                "DELETE /keys/a");
    }

    /** The history of the key is lost, so it may have been released: the command tries again to take it. */
    @Test
    void waitWithoutHistory_triesAgain() {
        String gone = "{\"title\":\"Gone\",\"status\":410,\"detail\":\"forgotten\",\"oldest\":20,\"revision\":30}";
        takesLock(
                List.of(
                        HELD,
                        ScriptedServer.hangUpAfter(WATCHING),
                        ScriptedServer.respond(
                                200,
                                "",
                                "ETag: \"e-7\"",
                                "KV-Revision: 7",
                                "Content-Type: text/plain",
                                "Last-Modified: Fri, 27 Nov 2026 18:24:40 GMT"),
                        ScriptedServer.respond(410, gone, "Content-Type: application/problem+json"),
                        ScriptedServer.written(201),
                        ScriptedServer.written(200)),
                "PUT /keys/a",
                "GET /watch?prefix=a&values=false",
                "HEAD /keys/a",
                "GET /watch?prefix=a&values=false&since=e-9",
                "PUT /keys/a",
                "DELETE /keys/a");
    }

    /** Takes the lock from a server with these responses, and expects these requests. */
    private void takesLock(List<ScriptedServer.Step> responses, String... requests) {
        try (ScriptedServer scripted = new ScriptedServer(responses.toArray(ScriptedServer.Step[]::new))) {
            String url = scripted.address().toString();
            assertThat(shell.run("lock", "a", "--url", url, "--ttl", "1d", "--", "true"))
                    .as(() -> shell.err())
                    .isZero();
            assertThat(scripted.targets()).containsExactly(requests);
        }
    }

    /** Starts a lock command and returns once it is waiting. */
    private CompletableFuture<Integer> waiting() {
        CompletableFuture<Integer> waiting =
                CompletableFuture.supplyAsync(() -> shell.run("lock", KEY, "--wait", "50s", "--", "true"));
        await(() -> keyspace.subscriptions() == 1, waiting);
        return waiting;
    }

    @Test
    void timeout_isTheShorterOfTheOptionAndAQuarterOfTheTtl() {
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
    void signalBeforeTheCommandStarts_releasesTheKey() {
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
    void lostLock_stopsTheCommand_andIsNotDeleted() throws Exception {
        lose("", Duration.ofMinutes(1));
        assertThat(shell.err()).contains("lost the lock " + KEY + ": ");
        assertThat(other.get(KEY)).isEqualTo("theirs");
    }

    @Test
    void lostLock_killsACommandThatDoesNotStop() throws Exception {
        lose("trap '' TERM && ", Duration.ZERO);
    }

    /** Runs a command with a prologue under the lock, overwrites the key, and expects that the command ends. */
    private void lose(String prologue, Duration grace) throws Exception {
        Path started = folder.resolve("started");
        String script = prologue + "echo $$ > " + started + "- && mv " + started + "- " + started + " && exec sleep 50";
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

    /** Waits for a condition; fails if the command ends first, or the timeout of the test expires. */
    private void await(BooleanSupplier condition, CompletableFuture<Integer> running) {
        while (!condition.getAsBoolean()) {
            assertThat(running.isDone())
                    .as(() -> "the command ended: " + shell.err())
                    .isFalse();
            assertThat(Thread.currentThread().isInterrupted())
                    .as("the test timed out")
                    .isFalse();
            Thread.onSpinWait();
        }
    }
}
