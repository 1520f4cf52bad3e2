package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.PausableDisk;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.Durability;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestServer;
import java.io.File;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that wait for the disk do not occupy threads. */
@Tag("http")
@Timeout(60)
class WaitingWritesTest {

    private static final int WRITERS = 100;

    private final PausableDisk disk = new PausableDisk(new SimulatedDisk());
    private final List<RawHttp> writers = new ArrayList<>();
    private Keyspace keyspace;
    private Server server;

    @BeforeEach
    void start() {
        keyspace = new Keyspace(
                Stores.open(StoreOptions.of(Keyspace.FORMAT)
                        .mode(StorageMode.PERSISTENT, Path.of("/data"))
                        .durability(Durability.ALWAYS)
                        .disk(disk)),
                InstantSource.system());
        server = TestServer.over(() -> keyspace);
    }

    @AfterEach
    void stop() {
        disk.resume();
        writers.forEach(RawHttp::close);
        server.close();
    }

    private static String put(String key) {
        return "PUT /keys/" + key + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello";
    }

    /** Sends writes of many clients while the disk is blocked, and waits until all are in flight. */
    private void write() throws InterruptedException {
        disk.pause();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(RawHttp.connect(server.port()).send(put("key" + i)));
        }
        disk.awaitForce();
        awaitInFlight(WRITERS);
    }

    private void awaitInFlight(int count) {
        while (server.requestsInFlight() < count) {
            Thread.onSpinWait();
        }
    }

    /** Returns the stacks of the request threads that are blocked until a commit completes. */
    private static List<StackTraceElement[]> blockedThreads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("request-"))
                .map(Map.Entry::getValue)
                .filter(stack -> Arrays.stream(stack).anyMatch(WaitingWritesTest::waitsForCommit))
                .toList();
    }

    private static boolean waitsForCommit(StackTraceElement frame) {
        return frame.getClassName().equals("io.kvstore.storage.QueuedTask")
                && frame.getMethodName().equals("await");
    }

    @Test
    void writes_takeNoThreadsWhileTheyWait() throws InterruptedException {
        write();
        assertThat(blockedThreads()).isEmpty();
        try (RawHttp reader = RawHttp.connect(server.port())) {
            assertThat(reader.get("/keys/none").status()).isEqualTo(404);
        }
        disk.resume();
        for (RawHttp writer : writers) {
            assertThat(writer.answer("PUT").status()).isEqualTo(201);
            assertThat(writer.put("/keys/again", "x").status())
                    .as("on the same connection")
                    .isIn(200, 201);
        }
        assertThat(keyspace.count().keys()).isEqualTo(WRITERS + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /keys/gone HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1",
                "POST /keys/gone?op=increment HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "POST /keys/gone?op=touch&ttl=1d HTTP/1.1\r\nHost: localhost\r\nIf-Match: \"x\"\r\n\r\n"
            })
    void disconnectedClients_leaveNoDescriptors(String request) throws Exception {
        write();
        long descriptors = descriptors();
        for (int i = 0; i < WRITERS; i++) {
            try (Socket disconnected = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                disconnected.setSoLinger(true, 0); // close resets the connection
                disconnected.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                awaitInFlight(WRITERS + i + 1);
            }
        }
        disk.resume();
        assertThat(server.awaitIdle(Duration.ofSeconds(30))).isTrue();
        awaitDescriptors(descriptors + WRITERS / 2);
        for (RawHttp writer : writers) {
            assertThat(writer.answer("PUT").status()).isEqualTo(201);
        }
    }

    /** Waits until fewer descriptors are open: the HTTP server closes a connection after its request has ended. */
    private static void awaitDescriptors(long bound) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (descriptors() >= bound && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(descriptors()).isLessThan(bound);
    }

    /** Returns the number of files and sockets that this process has open; 0 if the system has no /proc. */
    private static long descriptors() {
        String[] names = new File("/proc/self/fd").list();
        return names == null ? 0 : names.length;
    }

    @Test
    void failedCondition_isReportedWithoutAWaitingThread() throws InterruptedException {
        try (RawHttp client = RawHttp.connect(server.port())) {
            String etag = client.put("/keys/a", "1").header("ETag");
            write();
            client.send("DELETE /keys/a HTTP/1.1\r\nHost: localhost\r\nIf-Match: \"" + "0".repeat(16) + "-1\"\r\n\r\n");
            awaitInFlight(WRITERS + 1);
            disk.resume();
            RawHttp.Answer answer = client.answer("DELETE");
            assertThat(answer.status()).isEqualTo(412);
            assertThat(answer.header("ETag")).isEqualTo(etag);
            assertThat(answer.text()).contains("\"key\":\"a\"");
        }
    }
}
