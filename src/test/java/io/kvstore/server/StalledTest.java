package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Checks that the server aborts stalled requests, and serves other clients meanwhile. */
@EveryMode
@Timeout(120)
class StalledTest extends ServedTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Override
    protected String[] flags() {
        return new String[] {"--io_timeout", "500ms", "--max_value_bytes", "64m"};
    }

    private void assertOthersAreServed() {
        try (RawHttp other = connect()) {
            assertThat(other.put("/keys/other", "x").status()).isLessThan(300);
            assertThat(other.get("/keys/other").text()).isEqualTo("x");
        }
    }

    @Test
    void stalledBody_isAbortedAndNotStored() {
        http().head("PUT /keys/a HTTP/1.1", "Content-Length: 10").send("half");
        assertThat(http().isClosedByServer()).isTrue();
        assertOthersAreServed();
        try (RawHttp other = connect()) {
            assertThat(other.get("/keys/a").status()).isEqualTo(404);
        }
    }

    @Test
    void bodyThatNeverBegins_isAborted() {
        http().head("PUT /keys/a HTTP/1.1", "Content-Length: 60000000");
        assertThat(http().isClosedByServer()).isTrue();
        assertOthersAreServed();
    }

    @Test
    void stalledChunkedBody_isAborted() {
        http().head("PUT /keys/a HTTP/1.1", "Transfer-Encoding: chunked").send("5\r\nhal");
        assertThat(http().isClosedByServer()).isTrue();
        assertOthersAreServed();
    }

    @Test
    void stalledImport_isAbortedAndKeepsCommittedRows() {
        String rows = "{\"key\":\"a\",\"value\":\"x\"}\n".repeat(1_500);
        http().head("POST /import?mode=replace HTTP/1.1", "Content-Length: 10000000")
                .send(rows);
        assertThat(http().isClosedByServer()).isTrue();
        assertOthersAreServed();
        try (RawHttp other = connect()) {
            assertThat(other.get("/keys").text()).isEqualTo("{\"a\":\"x\",\"other\":\"x\"}");
            assertThat(other.get("/keys/a").revision()).isEqualTo(1);
        }
    }

    @Test
    void stalledBodyOfARejectedRequest_isAbortedAfterTheResponse() {
        http().head("PATCH /keys/a HTTP/1.1", "Content-Length: 10").send("half");
        assertThat(http().answer().status()).isEqualTo(405);
        assertThat(http().isClosedByServer()).isTrue();
        assertOthersAreServed();
    }

    @Test
    void stalledHead_isAborted() {
        http().send("GET /keys/a HTTP/1.1\r\nHost: loc");
        assertThat(http().isClosedByServer()).isTrue();
        assertOthersAreServed();
    }

    @Test
    void responseThatIsNotRead_isAborted() {
        putLarge();
        try (RawHttp receiver = RawHttp.connect(server().port(), 4_096);
                RawHttp lister = RawHttp.connect(server().port(), 4_096)) {
            receiver.head("GET /keys/large HTTP/1.1");
            lister.head("GET /keys HTTP/1.1");
            Answer head = truncatedResponse(receiver);
            assertThat(head.complete()).isFalse();
            assertThat(lister.answer().complete()).isFalse();
        }
        assertOthersAreServed();
    }

    /** Retries if the test itself was delayed so long that the server aborted its request. */
    private void putLarge() {
        byte[] large = new byte[32 << 20];
        boolean stored = false;
        while (!stored) {
            try (RawHttp writer = connect()) {
                stored = writer.request("PUT", "/keys/large", large).status() < 300;
            } catch (UncheckedIOException e) {
                assertThat(e).hasRootCauseInstanceOf(IOException.class);
            }
        }
    }

    /** Waits until the server has aborted a response, and returns the part that arrived. */
    private Answer truncatedResponse(RawHttp receiver) {
        while (!receiver.hasBytes()) {
            LockSupport.parkNanos(100_000); // leaves the processor to the server
        }
        assertThat(server().awaitIdle(LONG)).isTrue();
        return receiver.answer();
    }

    @Test
    void manyStalledRequests_delayOthersOnlyBriefly() {
        List<RawHttp> stalled = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            stalled.add(
                    connect().head("PUT /keys/a HTTP/1.1", "Content-Length: 10").send("half"));
        }
        for (int i = 0; i < 20; i++) {
            assertOthersAreServed();
        }
        for (RawHttp each : stalled) {
            assertThat(each.isClosedByServer()).isTrue();
            each.close();
        }
        assertOthersAreServed();
    }
}
