package io.kvstore.cli;

import static io.kvstore.client.ScriptedServer.hangUp;
import static io.kvstore.client.ScriptedServer.respond;
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

/** A lease when the server fails, when another client writes the key, and when several threads release it. */
@Timeout(20)
class LeaseTest {

    private static final long MARGIN = Duration.ofMillis(1).toNanos();
    private static final byte[] OWNER = {1};
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(10);

    /** The clock, advanced by the tests. */
    private final AtomicLong nanos = new AtomicLong();

    private final AtomicInteger clockReads = new AtomicInteger();

    @Test
    void close_waitsUntilTheKeyIsReleased() throws InterruptedException {
        CountDownLatch mayRespond = new CountDownLatch(1);
        AtomicBoolean responded = new AtomicBoolean();
        AtomicBoolean respondedBefore = new AtomicBoolean();
        ScriptedServer.Step deleted = socket -> {
            awaitUninterrupted(mayRespond);
            responded.set(true);
            return written(200).run(socket);
        };
        try (ScriptedServer server = new ScriptedServer(written(201), deleted);
                KeyValueClient<byte[]> client = client(server)) {
            Lease lease = Lease.take(client, "a", OWNER, LONG, this::nanos);
            Thread first = new Thread(lease::close);
            first.start();
            awaitRequests(server, 2);
            Thread second = new Thread(() -> {
                lease.close();
                respondedBefore.set(responded.get());
            });
            second.start();
            while (second.getState() != Thread.State.BLOCKED && second.isAlive()) {
                Thread.onSpinWait();
            }
            mayRespond.countDown();
            second.join();
            first.join();
            assertThat(respondedBefore).isTrue();
            lease.close();
            assertThat(server.targets()).containsExactly("PUT /keys/a", "DELETE /keys/a");
            assertThat(server.requests().get(0)).contains("If-None-Match: *\r\n", "KV-TTL: 600000ms\r\n");
            assertThat(server.requests().get(1)).contains("If-Match: \"e-7\"\r\n");
        }
    }

    @Test
    void expiredLease_isLostEvenIfItsRenewalIsBlocked() throws Exception {
        try (ScriptedServer server = new ScriptedServer(written(201), silence());
                KeyValueClient<byte[]> client = client(server)) {
            Lease lease = Lease.take(client, "a", OWNER, SHORT, this::nanos);
            awaitRequests(server, 2);
            assertThat(lease.lost()).isNotDone();
            nanos.set(SHORT.toNanos());
            assertThat(lease.lost().get()).contains("within 300 ms");
        }
    }

    @Test
    void newLease_isHeldFromTheMomentBeforeTheRequest() throws Exception {
        ScriptedServer.Step created = at(SHORT.toNanos() / 2, written(201));
        try (ScriptedServer server = new ScriptedServer(created, silence());
                KeyValueClient<byte[]> client = client(server)) {
            Lease lease = Lease.take(client, "a", OWNER, SHORT, this::nanos);
            nanos.set(SHORT.toNanos() - MARGIN);
            awaitClockReads();
            assertThat(lease.lost()).isNotDone();
            nanos.set(SHORT.toNanos());
            assertThat(lease.lost().get()).contains("within 300 ms");
        }
    }

    @Test
    void leaseOfAnOverwrittenKey_isLostAndTheKeyIsKept() throws Exception {
        try (ScriptedServer server = new ScriptedServer(written(201), respond(412, "", "ETag: \"e-9\""));
                KeyValueClient<byte[]> client = client(server)) {
            Lease lease = Lease.take(client, "a", OWNER, SHORT, this::nanos);
            assertThat(lease.lost().get()).contains("another client overwrote it");
            assertThat(server.requests().get(1)).contains("If-Match: \"e-7\"\r\n");
            lease.close();
            assertThat(server.targets()).containsExactly("PUT /keys/a", "POST /keys/a?op=touch");
        }
    }

    @Test
    void renewalWhoseResponseWasLost_continuesFromItsState() {
        try (ScriptedServer server = new ScriptedServer(
                        written(201), hangUp(), respond(200, "\u0001", entry("e-8")), written(200), silence());
                KeyValueClient<byte[]> client = client(server)) {
            Lease lease = Lease.take(client, "a", OWNER, SHORT, this::nanos);
            awaitRequests(server, 5);
            assertThat(lease.lost()).isNotDone();
            assertThat(server.targets().subList(2, 4)).containsExactly("GET /keys/a", "POST /keys/a?op=touch");
            assertThat(server.requests().get(3)).contains("If-Match: \"e-8\"\r\n");
        }
    }

    @Test
    void renewalWhoseResponseWasLost_detectsAnotherOwner() throws Exception {
        ScriptedServer.Step absent = respond(404, "", "KV-Revision: 8");
        for (ScriptedServer.Step found : List.of(respond(200, "\u0002", entry("e-8")), absent)) {
            try (ScriptedServer server = new ScriptedServer(written(201), hangUp(), found);
                    KeyValueClient<byte[]> client = client(server)) {
                Lease lease = Lease.take(client, "a", OWNER, SHORT, this::nanos);
                assertThat(lease.lost().get()).contains("it expired or was deleted");
                assertThat(server.targets()).hasSize(3);
            }
        }
    }

    @Test
    void leaseWhoseResponseWasLost_isHeldByItsOwnerOnly() {
        for (boolean own : new boolean[] {true, false}) {
            try (ScriptedServer server = new ScriptedServer(
                            hangUp(),
                            respond(412, "", "ETag: \"e-8\""),
                            respond(200, own ? "\u0001" : "\u0002", entry("e-8")),
                            silence());
                    KeyValueClient<byte[]> client = KeyValueClient.builder(server.address(), Codecs.bytes())
                            .retries(new RetryPolicy(2, Duration.ofNanos(1), Duration.ofNanos(1)))
                            .build()) {
                if (own) {
                    Lease lease = Lease.take(client, "a", OWNER, LONG, this::nanos);
                    assertThat(lease.revision()).isEqualTo(8);
                } else {
                    assertThatThrownBy(() -> Lease.take(client, "a", OWNER, LONG, this::nanos))
                            .isInstanceOf(ClientException.ConditionFailed.class);
                }
                assertThat(server.targets()).containsExactly("PUT /keys/a", "PUT /keys/a", "GET /keys/a");
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
    void renewedLease_isHeldFromTheMomentBeforeTheRenewal() throws Exception {
        long sent = SHORT.toNanos() / 3;
        long end = sent + SHORT.toNanos();
        ScriptedServer.Step created = at(sent, written(201));
        ScriptedServer.Step renewed = at(SHORT.toNanos() - MARGIN, written(200));
        try (ScriptedServer server = new ScriptedServer(created, renewed, silence());
                KeyValueClient<byte[]> client = client(server)) {
            Lease lease = Lease.take(client, "a", OWNER, SHORT, this::nanos);
            awaitRequests(server, 3);
            nanos.set(end - MARGIN);
            awaitClockReads();
            assertThat(lease.lost()).isNotDone();
            nanos.set(end);
            assertThat(lease.lost().get()).contains("within 300 ms");
        }
    }

    /** Sets the clock, then responds. */
    private ScriptedServer.Step at(long time, ScriptedServer.Step response) {
        return socket -> {
            nanos.set(time);
            return response.run(socket);
        };
    }

    private long nanos() {
        clockReads.incrementAndGet();
        return nanos.get();
    }

    /** Waits until a reading of the clock has begun and ended after this call. */
    private void awaitClockReads() {
        int before = clockReads.get();
        while (clockReads.get() < before + 2 && !Thread.currentThread().isInterrupted()) {
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
