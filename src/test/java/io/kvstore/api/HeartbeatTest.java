package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.kvstore.http.BodyBudget;
import io.kvstore.http.CorsPolicy;
import io.kvstore.http.HostCheck;
import io.kvstore.http.IoWatch;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.metrics.Metrics;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestServer;
import io.kvstore.testing.TestWatcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the heartbeat of a watch without changes, with a short interval. */
@Tag("http")
@Timeout(60)
class HeartbeatTest {

    private final Keyspace keyspace =
            new Keyspace(Stores.open(StoreOptions.of(Keyspace.FORMAT)), InstantSource.system());
    private final Api api = new Api(
            new Limits(1_024, 1 << 20, 10_000, 1 << 20),
            new HostCheck(List.of()),
            new CorsPolicy(List.of()),
            null,
            new Metrics(() -> 0, () -> 0),
            null,
            AsyncCompletion.DISABLED,
            Duration.ofMillis(10));
    private final BodyBudget bodies = new BodyBudget(1 << 20);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch watchEnded = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        TestServer.applySettings();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try {
                IoWatch watch = new NoWatch();
                Request request = new Request(exchange, watch, bodies);
                api.handle(request, new Response(exchange, request, watch), () -> {});
            } finally {
                if (exchange.getRequestURI().getPath().equals("/watch")) {
                    watchEnded.countDown();
                }
            }
        });
        server.setExecutor(threads);
        server.start();
        api.serve(keyspace);
    }

    @AfterEach
    void stop() {
        api.refuse("the test has ended");
        server.stop(0);
        threads.shutdown();
        keyspace.close();
    }

    private static final class NoWatch implements IoWatch {
        @Override
        public void begin() {
            // this test needs no timeout
        }

        @Override
        public void stay() {
            // the thread pool of this test has no limit
        }

        @Override
        public void end() {
            // this test needs no timeout
        }
    }

    private int port() {
        return server.getAddress().getPort();
    }

    @Test
    void eventStream_receivesACommentAndAnIdToResumeFrom() throws IOException {
        try (TestWatcher watcher = TestWatcher.open(port(), "/watch?prefix=a");
                RawHttp http = RawHttp.connect(port())) {
            assertThat(watcher.line()).isEqualTo(": watching");
            assertThat(watcher.line()).startsWith("id: ");
            assertThat(watcher.line()).isEmpty();
            String id = http.put("/keys/b", "x").header("ETag").replace("\"", "");
            String beat;
            do {
                assertThat(watcher.line()).isEqualTo(":");
                beat = watcher.line();
                assertThat(beat).startsWith("id: ");
                assertThat(watcher.line()).isEmpty();
            } while (!beat.equals("id: " + id));
            http.put("/keys/a", "x");
            assertThat(watcher.next().key()).isEqualTo("a");
        }
    }

    @Test
    void lineStream_receivesEmptyLines() throws IOException {
        try (TestWatcher watcher = TestWatcher.open(port(), "/watch", "Accept: application/x-ndjson")) {
            assertThat(watcher.line()).isEmpty();
            assertThat(watcher.line()).isEmpty();
        }
    }

    @Test
    void watch_endsAfterItsClientDisconnects() throws InterruptedException {
        TestWatcher.open(port(), "/watch").close();
        assertThat(watchEnded.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
