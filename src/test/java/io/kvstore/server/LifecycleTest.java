package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.config.ServerConfig;
import io.kvstore.keyspace.FaultyStore;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server from listening to stopped. */
@Tag("http")
@Timeout(60)
class LifecycleTest {

    private static final ServerConfig CONFIG = TestServer.config(StorageMode.MEMORY, Path.of("unused"));

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    }

    /** Sends requests until the server answers with a status. */
    private static Answer awaitStatus(RawHttp http, String path, int status) {
        Answer answer = http.get(path);
        while (answer.status() != status) {
            answer = http.get(path);
        }
        return answer;
    }

    @Test
    void server_isReadyOnlyAfterTheStoreIsOpen() throws InterruptedException {
        CountDownLatch open = new CountDownLatch(1);
        Server server = Server.builder(CONFIG)
                .keyspace(() -> {
                    try {
                        await(open);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return new Keyspace(Stores.open(StoreOptions.of(Keyspace.FORMAT)), InstantSource.system());
                })
                .listen();
        CompletableFuture<Void> opening = CompletableFuture.runAsync(server::open);
        try (server;
                RawHttp http = RawHttp.connect(server.port())) {
            assertThat(http.get("/livez").text()).isEqualTo("ok");
            for (String path : new String[] {"/readyz", "/", "/keys", "/keys/a", "/nothing"}) {
                Answer answer = http.get(path);
                assertThat(answer.status()).as(path).isEqualTo(503);
                assertThat(answer.header("Retry-After")).isEqualTo("1");
                assertThat(answer.text()).containsAnyOf("starting", "opening");
            }
            assertThat(http.put("/keys/a", "x").status()).isEqualTo(503);
            open.countDown();
            opening.join();
            assertThat(http.get("/readyz").text()).isEqualTo("ok");
            assertThat(http.get("/keys/a").status()).isEqualTo(404);
        }
    }

    @Test
    void open_reportsARestore() {
        ServerConfig config = TestServer.config(StorageMode.MEMORY, Path.of("unused"), "--restore", "file");
        CountDownLatch requested = new CountDownLatch(1);
        Server server = Server.builder(config)
                .keyspace(() -> {
                    try {
                        await(requested);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return new Keyspace(Stores.open(StoreOptions.of(Keyspace.FORMAT)), InstantSource.system());
                })
                .listen();
        CompletableFuture<Void> opening = CompletableFuture.runAsync(server::open);
        try (server;
                RawHttp http = RawHttp.connect(server.port())) {
            Answer answer = http.get("/readyz");
            while (answer.text().contains("starting")) {
                answer = http.get("/readyz");
            }
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("restoring its store from a snapshot");
            requested.countDown();
            opening.join();
            assertThat(http.get("/readyz").text()).isEqualTo("ok");
        }
    }

    @Test
    void start_releasesThePortIfTheStoreCannotBeOpened(@TempDir Path folder) throws IOException {
        int port = freePort();
        Server holder = TestServer.start(StorageMode.LOGGED, folder);
        try (holder) {
            assertThatThrownBy(() -> TestServer.start(StorageMode.LOGGED, folder, "--port", Integer.toString(port)))
                    .isInstanceOf(StoreException.CannotOpen.class);
        }
        TestServer.start(StorageMode.LOGGED, folder, "--port", Integer.toString(port))
                .close();
    }

    @Test
    void listen_reportsABusyPort() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(busy.getLocalPort());
            assertThatThrownBy(() -> TestServer.start(StorageMode.MEMORY, Path.of("unused"), "--port", port))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("127.0.0.1:" + port)
                    .hasMessageContaining("in use")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void listen_reportsAnAddressOfAnotherMachine() {
        for (String host : new String[] {"no.such.host.invalid", "192.0.2.1"}) {
            assertThatThrownBy(() -> TestServer.start(StorageMode.MEMORY, Path.of("unused"), "--host", host))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(host);
        }
    }

    @Test
    void listen_acceptsIpv6() {
        try (Server server = TestServer.start(StorageMode.MEMORY, Path.of("unused"), "--host", "::1")) {
            assertThat(server.address()).isEqualTo("http://[::1]:" + server.port());
        } catch (StartException e) {
            Assumptions.abort("no IPv6 here: " + e.getMessage());
        }
    }

    @Test
    void close_stopsOnceIfCalledTwiceAndByTwoThreads() {
        Server server = TestServer.start(StorageMode.MEMORY, Path.of("unused"));
        CompletableFuture<Void> other = CompletableFuture.runAsync(server::close);
        server.close();
        other.join();
        server.close();
        assertThatThrownBy(() -> RawHttp.connect(server.port())).isInstanceOf(RuntimeException.class);
    }

    @Test
    void close_answersOnlyRequestsInFlight() throws InterruptedException {
        CountDownLatch inStore = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean closed = new AtomicBoolean();
        FaultyStore store = new FaultyStore();
        store.on("commit", () -> {
            inStore.countDown();
            await(go);
            assertThat(closed).isFalse();
        });
        store.on("close", () -> closed.set(true));
        Server server = TestServer.over(store::keyspace);
        try (RawHttp writer = RawHttp.connect(server.port());
                RawHttp other = RawHttp.connect(server.port())) {
            writer.head("PUT /keys/a HTTP/1.1", "Content-Length: 1").send("x");
            await(inStore);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            Answer refused = awaitStatus(other, "/readyz", 503);
            assertThat(refused.text()).contains("stopping");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(other.get("/keys/a").status()).isEqualTo(503);
            assertThat(other.get("/livez").status()).isEqualTo(200);
            assertThat(closing).isNotDone();
            go.countDown();
            assertThat(writer.answer().status()).isEqualTo(201);
            closing.join();
            assertThat(closed).isTrue();
            assertThat(writer.isClosedByServer()).isTrue();
        }
    }

    @Test
    void close_abortsRequestsThatTakeTooLong() throws InterruptedException {
        FaultyStore store = new FaultyStore();
        Server server = TestServer.over(store::keyspace, "--shutdown_timeout", "100ms", "--max_value_bytes", "64m");
        try (RawHttp sender = RawHttp.connect(server.port());
                RawHttp receiver = RawHttp.connect(server.port(), 4_096)) {
            byte[] large = new byte[32 << 20];
            assertThat(receiver.request("PUT", "/keys/large", large).status()).isEqualTo(201);
            CountDownLatch reading = new CountDownLatch(1);
            store.on("get", reading::countDown);
            receiver.head("GET /keys/large HTTP/1.1"); // and does not read the response
            sender.head("PUT /keys/a HTTP/1.1", "Content-Length: 2", "Expect: 100-continue");
            assertThat(sender.answer().status()).isEqualTo(100);
            await(reading);
            server.close();
            assertThat(isAbortedOrRejected(sender)).isTrue();
            Answer cut = receiver.answer();
            assertThat(cut.status()).isEqualTo(200);
            assertThat(cut.complete()).isFalse();
        }
    }

    /** A request that no thread had begun to handle when shutdown began is rejected with 503. */
    private static boolean isAbortedOrRejected(RawHttp client) {
        try {
            return client.answer().status() == 503;
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    @Test
    void close_closesAStoreThatIsBeingOpened() throws InterruptedException {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean closed = new AtomicBoolean();
        FaultyStore store = new FaultyStore();
        store.on("close", () -> closed.set(true));
        Server server = Server.builder(CONFIG)
                .keyspace(() -> {
                    opening.countDown();
                    try {
                        await(go);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return store.keyspace();
                })
                .listen();
        CompletableFuture<Void> open = CompletableFuture.runAsync(server::open);
        await(opening);
        CompletableFuture<Void> close = CompletableFuture.runAsync(server::close);
        go.countDown();
        open.join();
        close.join();
        assertThat(closed).isTrue();
    }

    @Test
    void open_afterCloseDoesNothing() {
        AtomicBoolean opened = new AtomicBoolean();
        Server server = Server.builder(CONFIG)
                .keyspace(() -> {
                    opened.set(true);
                    return new Keyspace(Stores.open(StoreOptions.of(Keyspace.FORMAT)), InstantSource.system());
                })
                .listen();
        server.close();
        server.open();
        assertThat(opened).isFalse();
    }

    @Test
    void settings_areSetOnlyIfAbsent() {
        HttpServerSettings.apply();
        assertThat(System.getProperty("sun.net.httpserver.nodelay")).isEqualTo("true");
        assertThat(System.getProperty("jdk.httpserver.maxConnections")).isEqualTo("20000");
        String before = System.setProperty("sun.net.httpserver.idleInterval", "77");
        try {
            HttpServerSettings.apply();
            assertThat(System.getProperty("sun.net.httpserver.idleInterval")).isEqualTo("77");
        } finally {
            System.setProperty("sun.net.httpserver.idleInterval", before);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
