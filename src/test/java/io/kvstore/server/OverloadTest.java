package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.keyspace.FaultyStore;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More at once than the server takes: some are told to come again, and nobody else notices. */
@Tag("http")
@Timeout(60)
class OverloadTest {

    private static final int BODY_BYTES = 1 << 20;

    private final FaultyStore store = new FaultyStore();
    private Server server;
    private RawHttp http;

    private void start(int requests) {
        server = Server.listen(
                TestServer.config(StorageMode.MEMORY, Path.of("unused")),
                new ServerBounds(requests, BODY_BYTES),
                store::keyspace,
                InstantSource.system());
        server.open();
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

    private static void comeAgain(Answer answer, String why) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.text()).contains(why);
    }

    @Test
    void requests_beyondTheBoundAreToldToComeAgain() throws InterruptedException {
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
            comeAgain(http.get("/keys"), "2 requests in flight");
            comeAgain(put(http, "a", 1), "2 requests in flight");
            assertThat(http.get("/livez").text()).isEqualTo("ok");
            go.countDown();
            assertThat(one.answer().status()).isEqualTo(404);
            assertThat(two.answer().status()).isEqualTo(404);
        }
        assertThat(patient(() -> http.get("/keys")).text()).isEqualTo("{}");
    }

    /** Somebody whose body is on its way into the store, where it stays until it may go on. */
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

        private void goOn() {
            go.countDown();
            assertThat(http.answer().status()).isEqualTo(201);
        }

        @Override
        public void close() {
            go.countDown();
            http.close();
        }
    }

    /** Asks until it is answered: whoever has an answer may take memory for a moment longer. */
    private static Answer patient(Supplier<Answer> request) {
        Answer answer = request.get();
        while (answer.status() == 503) {
            answer = request.get();
        }
        return answer;
    }

    @Test
    void bodies_beyondTheBoundAreToldToComeAgain() throws InterruptedException {
        start(100);
        try (Holder holder = new Holder(700_000)) {
            comeAgain(put(http, "a", 400_000), BODY_BYTES + " bytes of memory");
            comeAgain(put(http, "a", 3_000_000), BODY_BYTES + " bytes of memory");
            try (RawHttp chunked = connect()) {
                chunked.head("PUT /keys/a HTTP/1.1", "Transfer-Encoding: chunked");
                chunked.send("61a80\r\n").send(new byte[400_000]).send("\r\n0\r\n\r\n");
                comeAgain(chunked.answer(), BODY_BYTES + " bytes of memory");
            }
            assertThat(http.get("/keys/a").status()).isEqualTo(404);
            assertThat(put(http, "small", 8_192).status()).isEqualTo(201);
            assertThat(put(http, "fits", 300_000).status()).isEqualTo(201);
            holder.goOn();
        }
        assertThat(patient(() -> put(http, "a", 400_000)).status()).isEqualTo(201);
    }

    @Test
    void body_thatIsAloneMayGoBeyondTheBound() {
        start(100);
        assertThat(put(http, "a", 3_000_000).status()).isEqualTo(201);
        http.head("PUT /keys/b HTTP/1.1", "Transfer-Encoding: chunked");
        http.send("2dc6c0\r\n").send(new byte[3_000_000]).send("\r\n0\r\n\r\n");
        assertThat(http.answer().status()).isEqualTo(201);
    }

    @Test
    void body_thatNeverComesToItsEndGivesItsMemoryBack() {
        start(100);
        try (RawHttp holder = connect()) {
            holder.head("PUT /keys/held HTTP/1.1", "Content-Length: 700000")
                    .send(new byte[600_000])
                    .finish();
            assertThat(holder.isClosedByServer()).isTrue();
        }
        assertThat(put(http, "a", 3_000_000).status())
                .as("beyond the bound, so that nobody else has any")
                .isEqualTo(201);
    }

    @Test
    void batch_beyondTheBoundIsToldToComeAgain() throws InterruptedException {
        start(100);
        String ops = "{\"ops\":[{\"op\":\"put\",\"key\":\"a\",\"value\":\"" + "x".repeat(400_000) + "\"}]}";
        byte[] batch = ops.getBytes(StandardCharsets.US_ASCII);
        try (Holder holder = new Holder(700_000)) {
            comeAgain(http.request("POST", "/batch", batch, "Content-Type: application/json"), "bytes of memory");
            assertThat(http.get("/keys/a").status()).isEqualTo(404);
            holder.goOn();
        }
        Answer done = patient(() -> http.request("POST", "/batch", batch, "Content-Type: application/json"));
        assertThat(done.status()).isEqualTo(200);
    }

    @Test
    void import_beyondTheBoundIsToldToComeAgainAndWhatCameBefore() throws InterruptedException {
        start(100);
        String rows = "{\"key\":\"a\",\"value\":\"1\"}\n".repeat(10) + "{\"key\":\"b\",\"value\":\""
                + "x".repeat(400_000) + "\"}";
        byte[] body = rows.getBytes(StandardCharsets.US_ASCII);
        try (Holder holder = new Holder(700_000)) {
            Answer answer = http.request("POST", "/import", body);
            comeAgain(answer, "bytes of memory");
            assertThat(answer.text()).contains("\"imported\":10");
            assertThat(http.get("/keys/a").text()).isEqualTo("1");
            assertThat(http.get("/keys/b").status()).isEqualTo(404);
            holder.goOn();
        }
    }
}
