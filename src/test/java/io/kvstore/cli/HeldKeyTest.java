package io.kvstore.cli;

import static io.kvstore.client.ScriptedServer.silence;
import static io.kvstore.client.ScriptedServer.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.client.Codecs;
import io.kvstore.client.KeyValueClient;
import io.kvstore.client.RetryPolicy;
import io.kvstore.client.ScriptedServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a key that is held when the server does not do as it should, or several let go of it. */
@Timeout(20)
class HeldKeyTest {

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
            HeldKey held = HeldKey.take(client, "a", OWNER, LONG, this::nanos);
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
        }
    }

    @Test
    void keyWhoseTimeIsOver_isLostThoughItsRenewalHangs() {
        try (ScriptedServer server = new ScriptedServer(written(201), silence());
                KeyValueClient<byte[]> client = client(server)) {
            HeldKey held = HeldKey.take(client, "a", OWNER, SHORT, this::nanos);
            awaitRequests(server, 2);
            assertThat(held.lost()).isNotDone();
            nanos.set(SHORT.toNanos());
            assertThat(held.lost().join()).contains("within 300 ms");
        }
    }

    @Test
    void keyThatWasRenewed_isHeldFromTheMomentBeforeTheRenewalWasSent() {
        long sent = SHORT.toNanos() / 3;
        long end = sent + SHORT.toNanos();
        ScriptedServer.Step taken = at(sent, written(201));
        ScriptedServer.Step renewed = at(SHORT.toNanos() - MARGIN, written(200));
        try (ScriptedServer server = new ScriptedServer(taken, renewed, silence());
                KeyValueClient<byte[]> client = client(server)) {
            HeldKey held = HeldKey.take(client, "a", OWNER, SHORT, this::nanos);
            awaitRequests(server, 3);
            nanos.set(end - MARGIN);
            awaitLooksAtTheClock();
            assertThat(held.lost()).isNotDone();
            nanos.set(end);
            assertThat(held.lost().join()).contains("within 300 ms");
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
