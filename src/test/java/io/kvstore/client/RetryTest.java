package io.kvstore.client;

import static io.kvstore.client.ScriptedServer.hangUp;
import static io.kvstore.client.ScriptedServer.hangUpAfter;
import static io.kvstore.client.ScriptedServer.respond;
import static io.kvstore.client.ScriptedServer.silence;
import static io.kvstore.client.ScriptedServer.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests are retried, against a server that fails by script. Delays take no time here. */
@Timeout(60)
class RetryTest {

    private static final String[] BUSY = {"Retry-After: 2", "Content-Type: application/problem+json"};
    private static final String BUSY_BODY = "{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"busy\"}";

    private final List<Duration> delays = Collections.synchronizedList(new ArrayList<>());

    private KeyValueClient<String> client(URI address, RetryPolicy policy) {
        return KeyValueClient.builder(address, Codecs.text())
                .retries(policy)
                .random(new Random(1))
                .sleeper((time, wakeUp) -> delays.add(time))
                .build();
    }

    private KeyValueClient<String> client(ScriptedServer server) {
        return client(server.address(), RetryPolicy.defaults());
    }

    private static Named<Consumer<KeyValueClient<String>>> call(String name, Consumer<KeyValueClient<String>> call) {
        return Named.of(name, call);
    }

    static Stream<Named<Consumer<KeyValueClient<String>>>> idempotent() {
        return Stream.of(
                call("put", client -> client.put("a", "1", WriteOptions.defaults())),
                call(
                        "put with a condition",
                        client -> client.put(
                                "a", "1", WriteOptions.defaults().when(Condition.revision(new ETag("\"e-6\""))))),
                call("delete", client -> client.delete("a", Condition.none())));
    }

    static Stream<Named<Consumer<KeyValueClient<String>>>> notIdempotent() {
        return Stream.of(
                call("increment", client -> client.increment("a", 1)),
                call("append", client -> client.append("a", "1", WriteOptions.defaults())),
                call("touch", client -> client.touch("a", Duration.ofSeconds(1), Condition.none())),
                call("persist", client -> client.persist("a", Condition.none())),
                call("batch", client -> client.batch().put("a", "1").commit()),
                call("put that returns the previous value", client -> client.put("a", "1")),
                call("delete that returns the value", client -> client.delete("a")),
                call("deletion of many keys", client -> client.deleteAll(Query.prefix("a"))),
                call("import", client -> client.importRows(InputStream.nullInputStream(), ImportMode.MERGE)),
                call("checkpoint", client -> client.admin().checkpoint()),
                call("compact", client -> client.admin().compact()));
    }

    @ParameterizedTest
    @MethodSource("idempotent")
    void idempotentWrite_isRetriedAfterABrokenConnection(Consumer<KeyValueClient<String>> call) {
        try (ScriptedServer server = new ScriptedServer(hangUp(), hangUp(), written(200));
                KeyValueClient<String> client = client(server)) {
            call.accept(client);
            assertThat(server.targets()).hasSize(3);
            assertThat(delays).hasSize(2);
        }
    }

    @ParameterizedTest
    @MethodSource("idempotent")
    void idempotentWrite_isRetriedAfter503(Consumer<KeyValueClient<String>> call) {
        try (ScriptedServer server = new ScriptedServer(respond(503, BUSY_BODY, BUSY), written(200));
                KeyValueClient<String> client = client(server)) {
            call.accept(client);
            assertThat(server.targets()).hasSize(2);
            assertThat(delays).containsExactly(Duration.ofSeconds(2));
        }
    }

    @ParameterizedTest
    @MethodSource("notIdempotent")
    void otherWrite_isSentOnceIfTheConnectionBreaks(Consumer<KeyValueClient<String>> call) {
        try (ScriptedServer server = new ScriptedServer(hangUp(), written(200));
                KeyValueClient<String> client = client(server)) {
            assertThatThrownBy(() -> call.accept(client))
                    .isInstanceOf(ClientException.ConnectionFailed.class)
                    .hasMessageContaining("may have executed")
                    .extracting(e -> ((ClientException) e).outcomeUnknown())
                    .isEqualTo(true);
            assertThat(server.targets()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("notIdempotent")
    void otherWrite_isSentOnceIfTheServerIsBusy(Consumer<KeyValueClient<String>> call) {
        try (ScriptedServer server = new ScriptedServer(respond(503, BUSY_BODY, BUSY), written(200));
                KeyValueClient<String> client = client(server)) {
            ClientException.ErrorResponse e =
                    catchThrowableOfType(ClientException.ErrorResponse.class, () -> call.accept(client));
            assertThat(e.status()).isEqualTo(503);
            assertThat(e.problem().detail()).isEqualTo("busy");
            assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(2));
            assertThat(e.outcomeUnknown()).isTrue();
            assertThat(server.targets()).hasSize(1);
        }
    }

    @Test
    void refusedConnection_isRetriedForAnyRequest() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (KeyValueClient<String> client = client(
                URI.create("http://127.0.0.1:" + port),
                new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(1)))) {
            ClientException.ConnectionFailed e =
                    catchThrowableOfType(ClientException.ConnectionFailed.class, () -> client.increment("a", 1));
            assertThat(e.outcomeUnknown()).isFalse();
            assertThat(e)
                    .hasMessageContaining("cannot connect: ")
                    .hasMessageContaining("refused")
                    .hasMessageContaining("tried 3 times");
            assertThat(delays).hasSize(2);
        }
    }

    @Test
    void delays_doubleUpToTheLongestAndAreBetweenHalfAndAll() {
        RetryPolicy policy = new RetryPolicy(7, Duration.ofMillis(100), Duration.ofMillis(450));
        ScriptedServer.Step[] steps =
                Stream.generate(ScriptedServer::hangUp).limit(20).toArray(ScriptedServer.Step[]::new);
        try (ScriptedServer server = new ScriptedServer(steps);
                KeyValueClient<String> client = client(server.address(), policy)) {
            assertThatThrownBy(() -> client.put("a", "1", WriteOptions.defaults()))
                    .isInstanceOf(ClientException.ConnectionFailed.class);
            assertThat(server.targets()).hasSize(7);
            long[] longest = {100, 200, 400, 450, 450, 450};
            assertThat(delays).hasSize(longest.length);
            for (int i = 0; i < longest.length; i++) {
                assertThat(delays.get(i)).isBetween(Duration.ofMillis(longest[i] / 2), Duration.ofMillis(longest[i]));
            }
            assertThat(delays.subList(3, 6)).doesNotHaveDuplicates();
        }
    }

    @Test
    void retryAfter_longerThanTheLongestDelayIsNotObeyed() {
        try (ScriptedServer server = new ScriptedServer(respond(503, "", "Retry-After: 3600"), written(200));
                KeyValueClient<String> client = client(server)) {
            ClientException.ErrorResponse e =
                    catchThrowableOfType(ClientException.ErrorResponse.class, () -> client.get("a"));
            assertThat(e.retryAfter()).isEqualTo(Duration.ofHours(1));
            assertThat(e.outcomeUnknown()).as("a read changes nothing").isFalse();
            assertThat(server.targets()).hasSize(1);
        }
    }

    @Test
    void status503_withoutRetryAfterIsNotRetried() {
        try (ScriptedServer server = new ScriptedServer(respond(503, ""), written(200));
                KeyValueClient<String> client = client(server)) {
            assertThatThrownBy(() -> client.get("a")).isInstanceOf(ClientException.ErrorResponse.class);
            assertThat(server.targets()).hasSize(1);
        }
    }

    @Test
    void failedCondition_afterALostResponseHasAnUnknownOutcome() {
        try (ScriptedServer server = new ScriptedServer(hangUp(), respond(412, "", "ETag: \"e-8\"", "KV-Revision: 8"));
                KeyValueClient<String> client = client(server)) {
            WriteOptions create = WriteOptions.defaults().when(Condition.absent());
            ClientException.ConditionFailed e =
                    catchThrowableOfType(ClientException.ConditionFailed.class, () -> client.put("a", "1", create));
            assertThat(e.outcomeUnknown()).isTrue();
            assertThat(e.current()).isEqualTo(new ETag("\"e-8\""));
        }
        try (ScriptedServer server = new ScriptedServer(respond(412, "", "ETag: \"e-8\"", "KV-Revision: 8"));
                KeyValueClient<String> client = client(server)) {
            WriteOptions create = WriteOptions.defaults().when(Condition.absent());
            ClientException.ConditionFailed e =
                    catchThrowableOfType(ClientException.ConditionFailed.class, () -> client.put("a", "1", create));
            assertThat(e.outcomeUnknown()).isFalse();
        }
    }

    /** A store that failed to write answers 503, and may find the write when it is opened again. */
    @Test
    void failedCondition_after503HasAnUnknownOutcome() {
        try (ScriptedServer server =
                        new ScriptedServer(respond(503, BUSY_BODY, BUSY), respond(412, "", "ETag: \"e-8\""));
                KeyValueClient<String> client = client(server)) {
            WriteOptions create = WriteOptions.defaults().when(Condition.absent());
            ClientException.ConditionFailed e =
                    catchThrowableOfType(ClientException.ConditionFailed.class, () -> client.put("a", "1", create));
            assertThat(e.outcomeUnknown()).isTrue();
        }
    }

    @Test
    void response_thatIsCutOffIsRequestedAgain() {
        try (ScriptedServer server = new ScriptedServer(
                        hangUpAfter("HTTP/1.1 200 OK", "Content-Length: 5", "", "he"), respond(200, "hello"));
                KeyValueClient<String> client = client(server)) {
            assertThat(client.get("a")).isEqualTo("hello");
        }
    }

    @Test
    void response_thatDoesNotArriveInTimeFails() {
        try (ScriptedServer server = new ScriptedServer(silence(), silence(), written(200));
                KeyValueClient<String> client = KeyValueClient.builder(server.address(), Codecs.text())
                        .timeout(Duration.ofMillis(50))
                        .sleeper((time, wakeUp) -> delays.add(time))
                        .build()) {
            assertThatThrownBy(() -> client.increment("a", 1))
                    .isInstanceOf(ClientException.ConnectionFailed.class)
                    .hasMessageContaining("PT0.05S");
        }
    }

    @Test
    void noRetries_sendsEveryRequestOnce() {
        try (ScriptedServer server = new ScriptedServer(hangUp(), written(200));
                KeyValueClient<String> client = client(server.address(), RetryPolicy.none())) {
            assertThatThrownBy(() -> client.put("a", "1", WriteOptions.defaults()))
                    .isInstanceOf(ClientException.ConnectionFailed.class);
            assertThat(server.targets()).hasSize(1);
        }
    }

    @Test
    void listing_resumesAfterTheLastRow() {
        String head = "HTTP/1.1 200 OK\r\nKV-Revision: 9\r\nTransfer-Encoding: chunked\r\n";
        try (ScriptedServer server = new ScriptedServer(
                        hangUpAfter(
                                head, chunk("{\"key\":\"a\",\"value\":\"1\",\"revision\":1}\n{\"key\":\"b/\",\"val")),
                        hangUpAfter(head, ""),
                        hangUpAfter(head, chunk("{\"key\":\"b/\",\"value\":\"2\",\"revision\":2}\n")),
                        respond(
                                head,
                                chunk("{\"key\":\"c\",\"value\":\"3\",\"revision\":3}\n{\"end\":true,\"count\":1}\n")
                                        + "0\r\n\r\n"));
                KeyValueClient<String> client = client(server)) {
            List<String> keys = new ArrayList<>();
            client.list(Query.all().limit(10)).forEachRemaining(row -> keys.add(row.key() + row.value()));
            assertThat(keys).containsExactly("a1", "b/2", "c3");
            assertThat(server.targets())
                    .containsExactly(
                            "GET /keys?limit=10",
                            "GET /keys?start=a%00&limit=9",
                            "GET /keys?start=a%00&limit=9",
                            "GET /keys?start=b%2F%00&limit=8");
        }
    }

    @Test
    void listing_withoutEndRowIsIncomplete() {
        String head = "HTTP/1.1 200 OK\r\nKV-Revision: 9\r\nTransfer-Encoding: chunked\r\n";
        try (ScriptedServer server = new ScriptedServer(
                        respond(head, chunk("{\"key\":\"a\",\"value\":\"1\",\"revision\":1}\n") + "0\r\n\r\n"),
                        respond(
                                head,
                                chunk("{\"key\":\"b\",\"value\":\"2\",\"revision\":2}\n{\"end\":true,\"count\":1}\n")
                                        + "0\r\n\r\n"));
                KeyValueClient<String> client = client(server)) {
            List<String> keys = new ArrayList<>();
            client.list(Query.all()).forEachRemaining(row -> keys.add(row.key()));
            assertThat(keys).containsExactly("a", "b");
            assertThat(server.targets()).containsExactly("GET /keys", "GET /keys?start=a%00");
        }
    }

    @Test
    void listing_thatIsCutOffRepeatedlyWithoutARowFails() {
        String head = "HTTP/1.1 200 OK\r\nKV-Revision: 9\r\nTransfer-Encoding: chunked\r\n";
        ScriptedServer.Step cut = hangUpAfter(head, chunk("{\"key\":"));
        try (ScriptedServer server = new ScriptedServer(cut, cut, cut, cut, cut, cut, cut, cut);
                Listing<String> rows = client(server).list(Query.all().reversed())) {
            assertThatThrownBy(rows::hasNext).isInstanceOf(ClientException.ConnectionFailed.class);
            assertThat(server.targets()).hasSize(4);
        }
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    @Test
    void interrupt_endsACallAndStaysSet() throws Exception {
        CountDownLatch requested = new CountDownLatch(1);
        List<Object> outcome = Collections.synchronizedList(new ArrayList<>());
        try (ScriptedServer server = new ScriptedServer(socket -> {
                    requested.countDown();
                    return silence().run(socket);
                });
                KeyValueClient<String> client = client(server)) {
            Thread thread = new Thread(() -> {
                try {
                    client.put("a", "1", WriteOptions.defaults());
                } catch (ClientException.ConnectionFailed e) {
                    outcome.add(e.outcomeUnknown());
                    outcome.add(Thread.currentThread().isInterrupted());
                }
            });
            thread.start();
            requested.await();
            thread.interrupt();
            thread.join();
            assertThat(outcome).containsExactly(true, true);
            assertThat(server.targets()).hasSize(1);
        }
    }

    @Test
    void build_rejectsThePropertyThatMakesTheJdkRetryWrites() {
        KeyValueClientBuilder<String> builder = KeyValueClient.builder(URI.create("http://localhost"), Codecs.text());
        System.setProperty("jdk.httpclient.enableAllMethodRetry", "");
        try {
            assertThatThrownBy(builder::build)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("enableAllMethodRetry");
        } finally {
            System.clearProperty("jdk.httpclient.enableAllMethodRetry");
        }
    }
}
