package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.keyspace.FaultyStore;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server at its limits rejects further requests with 503 and serves those in flight. */
@Tag("http")
@Timeout(60)
class OverloadTest {

    private static final int BODY_BYTES = 1 << 20;

    private final FaultyStore store = new FaultyStore();
    private Server server;
    private RawHttp http;

    private void start(int requests) {
        server = Server.builder(TestServer.config(StorageMode.MEMORY, Path.of("unused")))
                .bounds(new ServerBounds(requests, BODY_BYTES))
                .keyspace(store::keyspace)
                .start();
        http = connect();
    }

    private RawHttp connect() {
        return RawHttp.connect(server.port());
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private static Answer put(RawHttp http, String key, int bytes) {
        return http.request("PUT", "/keys/" + key, new byte[bytes]);
    }

    private static void assertRejected(Answer answer, String reason) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text()).contains(reason);
    }

    @Test
    void requests_beyondTheLimitAreRejected() throws InterruptedException {
        start(2);
        CountDownLatch inStore = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        store.on("get", () -> {
            inStore.countDown();
            go.await();
        });
        try (RawHttp one = connect();
                RawHttp two = connect()) {
            one.head("GET /keys/a HTTP/1.1");
            two.head("GET /keys/a HTTP/1.1");
            assertThat(inStore.await(30, TimeUnit.SECONDS)).isTrue();
            assertRejected(http.get("/keys"), "2 requests in flight");
            assertRejected(put(http, "a", 1), "2 requests in flight");
            assertThat(http.get("/livez").text()).isEqualTo("ok");
            go.countDown();
            assertThat(one.answer().status()).isEqualTo(404);
            assertThat(two.answer().status()).isEqualTo(404);
        }
        assertThat(retried(() -> http.get("/keys")).text()).isEqualTo("{}");
    }

    /** A client whose write is held in the store, so that its body takes memory until it is released. */
    private final class Holder implements AutoCloseable {

        private final CountDownLatch inStore = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);
        private final RawHttp http = connect();

        private Holder(int bytes) throws InterruptedException {
            AtomicBoolean first = new AtomicBoolean(true);
            store.on("commit", () -> {
                if (first.getAndSet(false)) {
                    inStore.countDown();
                    go.await();
                }
            });
            http.head("PUT /keys/held HTTP/1.1", "Content-Length: " + bytes).send(new byte[bytes]);
            assertThat(inStore.await(30, TimeUnit.SECONDS)).isTrue();
        }

        private void release() {
            go.countDown();
            assertThat(http.answer().status()).isEqualTo(201);
        }

        @Override
        public void close() {
            go.countDown();
            http.close();
        }
    }

    /** Repeats a request while it is rejected: a request takes memory until shortly after its client has the response. */
    private static Answer retried(Supplier<Answer> request) {
        Answer answer = request.get();
        while (answer.status() == 503) {
            answer = request.get();
        }
        return answer;
    }

    @Test
    void bodies_beyondTheLimitAreRejected() throws InterruptedException {
        start(100);
        try (Holder holder = new Holder(700_000)) {
            assertRejected(put(http, "a", 400_000), BODY_BYTES + " bytes of memory");
            assertRejected(put(http, "a", 3_000_000), BODY_BYTES + " bytes of memory");
            try (RawHttp chunked = connect()) {
                chunked.head("PUT /keys/a HTTP/1.1", "Transfer-Encoding: chunked");
                chunked.send("61a80\r\n").send(new byte[400_000]).send("\r\n0\r\n\r\n");
                assertRejected(chunked.answer(), BODY_BYTES + " bytes of memory");
            }
            assertThat(http.get("/keys/a").status()).isEqualTo(404);
            assertThat(put(http, "small", 8_192).status()).isEqualTo(201);
            assertThat(put(http, "fits", 300_000).status()).isEqualTo(201);
            holder.release();
        }
        assertThat(retried(() -> put(http, "a", 400_000)).status()).isEqualTo(201);
    }

    @Test
    void singleBody_mayExceedTheLimit() {
        start(100);
        assertThat(put(http, "a", 3_000_000).status()).isEqualTo(201);
        http.head("PUT /keys/b HTTP/1.1", "Transfer-Encoding: chunked");
        http.send("2dc6c0\r\n").send(new byte[3_000_000]).send("\r\n0\r\n\r\n");
        assertThat(http.answer().status()).isEqualTo(201);
    }

    @Test
    void abortedBody_releasesItsMemory() {
        start(100);
        try (RawHttp holder = connect()) {
            holder.head("PUT /keys/held HTTP/1.1", "Content-Length: 700000")
                    .send(new byte[600_000])
                    .finish();
            assertThat(holder.isClosedByServer()).isTrue();
        }
        assertThat(put(http, "a", 3_000_000).status())
                .as("a body beyond the limit, which is accepted only if no other takes memory")
                .isEqualTo(201);
    }

    @Test
    void batch_beyondTheLimitIsRejected() throws InterruptedException {
        start(100);
        String ops = "{\"ops\":[{\"op\":\"put\",\"key\":\"a\",\"value\":\"" + "x".repeat(400_000) + "\"}]}";
        byte[] batch = ops.getBytes(StandardCharsets.US_ASCII);
        try (Holder holder = new Holder(700_000)) {
            assertRejected(http.request("POST", "/batch", batch, "Content-Type: application/json"), "bytes of memory");
            assertThat(http.get("/keys/a").status()).isEqualTo(404);
            holder.release();
        }
        Answer done = retried(() -> http.request("POST", "/batch", batch, "Content-Type: application/json"));
        assertThat(done.status()).isEqualTo(200);
    }

    @Test
    void import_beyondTheLimitIsRejectedAndReportsCommittedRows() throws InterruptedException {
        start(100);
        String rows = "{\"key\":\"a\",\"value\":\"1\"}\n".repeat(10) + "{\"key\":\"b\",\"value\":\""
                + "x".repeat(400_000) + "\"}";
        byte[] body = rows.getBytes(StandardCharsets.US_ASCII);
        try (Holder holder = new Holder(700_000)) {
            Answer answer = http.request("POST", "/import", body);
            assertRejected(answer, "bytes of memory");
            assertThat(answer.text()).contains("\"imported\":10");
            assertThat(http.get("/keys/a").text()).isEqualTo("1");
            assertThat(http.get("/keys/b").status()).isEqualTo(404);
            holder.release();
        }
    }
}
