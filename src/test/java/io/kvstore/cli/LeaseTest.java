package io.kvstore.cli;

import static io.kvstore.client.ScriptedServer.answer;
import static io.kvstore.client.ScriptedServer.hangUp;
import static io.kvstore.client.ScriptedServer.silence;
import static io.kvstore.client.ScriptedServer.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.client.ClientException;
import io.kvstore.client.Codecs;
import io.kvstore.client.KeyValueClient;
import io.kvstore.client.RetryPolicy;
import io.kvstore.client.ScriptedServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a key that is held when the server does not do as it should, or several let go of it. */
@Timeout(20)
class LeaseTest {

    private static final long MARGIN = Duration.ofMillis(1).toNanos();
    private static final byte[] OWNER = {1};
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(10);

    /** Moved by the test alone. */
    private final AtomicLong nanos = new AtomicLong();

    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void close_returnsToNobodyBeforeTheKeyIsGivenBack() throws InterruptedException {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicBoolean answered = new AtomicBoolean();
        AtomicBoolean seen = new AtomicBoolean();
        ScriptedServer.Step deleted = socket -> {
            awaitUninterrupted(answer);
            answered.set(true);
            return written(200).run(socket);
        };
        try (ScriptedServer server = new ScriptedServer(written(201), deleted);
                KeyValueClient<byte[]> client = client(server)) {
            Lease held = Lease.take(client, "a", OWNER, LONG, this::nanos);
            Thread first = new Thread(held::close);
            first.start();
            awaitRequests(server, 2);
            Thread second = new Thread(() -> {
                held.close();
                seen.set(answered.get());
            });
            second.start();
            while (second.getState() != Thread.State.BLOCKED && second.isAlive()) {
                Thread.onSpinWait();
            }
            answer.countDown();
            second.join();
            first.join();
            assertThat(seen).isTrue();
            held.close();
            assertThat(server.asked()).containsExactly("PUT /keys/a", "DELETE /keys/a");
            assertThat(server.requests().get(0)).contains("If-None-Match: *\r\n", "KV-TTL: 600000ms\r\n");
            assertThat(server.requests().get(1)).contains("If-Match: \"e-7\"\r\n");
        }
    }

    @Test
    void keyWhoseTimeIsOver_isLostThoughItsRenewalHangs() throws Exception {
        try (ScriptedServer server = new ScriptedServer(written(201), silence());
                KeyValueClient<byte[]> client = client(server)) {
            Lease held = Lease.take(client, "a", OWNER, SHORT, this::nanos);
            awaitRequests(server, 2);
            assertThat(held.lost()).isNotDone();
            nanos.set(SHORT.toNanos());
            assertThat(held.lost().get()).contains("within 300 ms");
        }
    }

    @Test
    void keyThatWasTaken_isHeldFromTheMomentBeforeItWasAskedFor() throws Exception {
        ScriptedServer.Step taken = at(SHORT.toNanos() / 2, written(201));
        try (ScriptedServer server = new ScriptedServer(taken, silence());
                KeyValueClient<byte[]> client = client(server)) {
            Lease held = Lease.take(client, "a", OWNER, SHORT, this::nanos);
            nanos.set(SHORT.toNanos() - MARGIN);
            awaitLooksAtTheClock();
            assertThat(held.lost()).isNotDone();
            nanos.set(SHORT.toNanos());
            assertThat(held.lost().get()).contains("within 300 ms");
        }
    }

    @Test
    void keyThatAnotherHasWritten_isLostAndLeftAlone() throws Exception {
        try (ScriptedServer server = new ScriptedServer(written(201), answer(412, "", "ETag: \"e-9\""));
                KeyValueClient<byte[]> client = client(server)) {
            Lease held = Lease.take(client, "a", OWNER, SHORT, this::nanos);
            assertThat(held.lost().get()).contains("another client overwrote it");
            assertThat(server.requests().get(1)).contains("If-Match: \"e-7\"\r\n");
            held.close();
            assertThat(server.asked()).containsExactly("PUT /keys/a", "POST /keys/a?op=touch");
        }
    }

    @Test
    void renewalWhoseAnswerWasLost_goesOnFromTheStateThatItLeft() {
        try (ScriptedServer server = new ScriptedServer(
                        written(201), hangUp(), answer(200, "\u0001", entry("e-8")), written(200), silence());
                KeyValueClient<byte[]> client = client(server)) {
            Lease held = Lease.take(client, "a", OWNER, SHORT, this::nanos);
            awaitRequests(server, 5);
            assertThat(held.lost()).isNotDone();
            assertThat(server.asked().subList(2, 4)).containsExactly("GET /keys/a", "POST /keys/a?op=touch");
            assertThat(server.requests().get(3)).contains("If-Match: \"e-8\"\r\n");
        }
    }

    @Test
    void renewalWhoseAnswerWasLost_findsThatTheKeyIsAnothers() throws Exception {
        ScriptedServer.Step gone = answer(404, "", "KV-Revision: 8");
        for (ScriptedServer.Step found : List.of(answer(200, "\u0002", entry("e-8")), gone)) {
            try (ScriptedServer server = new ScriptedServer(written(201), hangUp(), found);
                    KeyValueClient<byte[]> client = client(server)) {
                Lease held = Lease.take(client, "a", OWNER, SHORT, this::nanos);
                assertThat(held.lost().get()).contains("it expired or was deleted");
                assertThat(server.asked()).hasSize(3);
            }
        }
    }

    @Test
    void keyThatWasTakenThoughTheAnswerWasLost_isHeldByItsOwnerAlone() {
        for (boolean own : new boolean[] {true, false}) {
            try (ScriptedServer server = new ScriptedServer(
                            hangUp(),
                            answer(412, "", "ETag: \"e-8\""),
                            answer(200, own ? "\u0001" : "\u0002", entry("e-8")),
                            silence());
                    KeyValueClient<byte[]> client = KeyValueClient.builder(server.address(), Codecs.bytes())
                            .retries(new RetryPolicy(2, Duration.ofNanos(1), Duration.ofNanos(1)))
                            .build()) {
                if (own) {
                    Lease held = Lease.take(client, "a", OWNER, LONG, this::nanos);
                    assertThat(held.revision()).isEqualTo(8);
                } else {
                    assertThatThrownBy(() -> Lease.take(client, "a", OWNER, LONG, this::nanos))
                            .isInstanceOf(ClientException.ConditionFailed.class);
                }
                assertThat(server.asked()).containsExactly("PUT /keys/a", "PUT /keys/a", "GET /keys/a");
            }
        }
    }

    private static String[] entry(String state) {
        return new String[] {
            "ETag: \"" + state + "\"",
            "KV-Revision: 8",
            "Content-Type: application/octet-stream",
            "Last-Modified: Fri, 27 Nov 2026 18:24:40 GMT"
        };
    }

    @Test
    void keyThatWasRenewed_isHeldFromTheMomentBeforeTheRenewalWasSent() throws Exception {
        long sent = SHORT.toNanos() / 3;
        long end = sent + SHORT.toNanos();
        ScriptedServer.Step taken = at(sent, written(201));
        ScriptedServer.Step renewed = at(SHORT.toNanos() - MARGIN, written(200));
        try (ScriptedServer server = new ScriptedServer(taken, renewed, silence());
                KeyValueClient<byte[]> client = client(server)) {
            Lease held = Lease.take(client, "a", OWNER, SHORT, this::nanos);
            awaitRequests(server, 3);
            nanos.set(end - MARGIN);
            awaitLooksAtTheClock();
            assertThat(held.lost()).isNotDone();
            nanos.set(end);
            assertThat(held.lost().get()).contains("within 300 ms");
        }
    }

    /** Moves the clock before it answers. */
    private ScriptedServer.Step at(long time, ScriptedServer.Step answer) {
        return socket -> {
            nanos.set(time);
            return answer.run(socket);
        };
    }

    private long nanos() {
        looks.incrementAndGet();
        return nanos.get();
    }

    /** Until somebody has begun to look, after this was called, and come back. */
    private void awaitLooksAtTheClock() {
        int before = looks.get();
        while (looks.get() < before + 2 && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private static KeyValueClient<byte[]> client(ScriptedServer server) {
        return KeyValueClient.builder(server.address(), Codecs.bytes())
                .timeout(LONG)
                .retries(RetryPolicy.none())
                .build();
    }

    private static void awaitRequests(ScriptedServer server, int count) {
        while (server.requests().size() < count && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
