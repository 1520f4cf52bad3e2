package io.kvstore.client;

import static io.kvstore.client.ScriptedServer.answer;
import static io.kvstore.client.ScriptedServer.hangUp;
import static io.kvstore.client.ScriptedServer.hangUpAfter;
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

/** What is sent again, and what is not, by a server that fails as it is told. No wait takes time here. */
@Timeout(60)
class RetryTest {

    private static final String[] BUSY = {"Retry-After: 2", "Content-Type: application/problem+json"};
    private static final String BUSY_BODY = "{\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"busy\"}";

    private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());

    private KeyValueClient<String> client(URI address, RetryPolicy policy) {
        return KeyValueClient.builder(address, Codecs.text())
                .retries(policy)
                .random(new Random(1))
                .sleeper((wait, ended) -> waits.add(wait))
                .build();
    }

    private KeyValueClient<String> client(ScriptedServer server) {
        return client(server.address(), RetryPolicy.defaults());
    }

    private static Named<Consumer<KeyValueClient<String>>> call(String name, Consumer<KeyValueClient<String>> call) {
        return Named.of(name, call);
    }

    static Stream<Named<Consumer<KeyValueClient<String>>>> repeatable() {
        return Stream.of(
                call("put", client -> client.put("a", "1", WriteOptions.defaults())),
                call(
                        "put under a condition",
                        client -> client.put(
                                "a", "1", WriteOptions.defaults().when(Condition.revision(new ETag("\"e-6\""))))),
                call("delete", client -> client.delete("a", Condition.none())));
    }

    static Stream<Named<Consumer<KeyValueClient<String>>>> once() {
        return Stream.of(
                call("increment", client -> client.increment("a", 1)),
                call("append", client -> client.append("a", "1", WriteOptions.defaults())),
                call("touch", client -> client.touch("a", Duration.ofSeconds(1), Condition.none())),
                call("persist", client -> client.persist("a", Condition.none())),
                call("batch", client -> client.batch().put("a", "1").commit()),
                call("put that tells", client -> client.put("a", "1")),
                call("delete that tells", client -> client.delete("a")),
                call("deletion of many", client -> client.deleteAll(Query.prefix("a"))),
                call("import", client -> client.importRows(InputStream.nullInputStream(), ImportMode.MERGE)),
                call("checkpoint", client -> client.admin().checkpoint()),
                call("compact", client -> client.admin().compact()));
    }

    @ParameterizedTest
    @MethodSource("repeatable")
    void write_thatIsIdempotentIsRepeatedAfterABrokenConnection(Consumer<KeyValueClient<String>> call) {
        try (ScriptedServer server = new ScriptedServer(hangUp(), hangUp(), written(200));
                KeyValueClient<String> client = client(server)) {
            call.accept(client);
            assertThat(server.asked()).hasSize(3);
            assertThat(waits).hasSize(2);
        }
    }

    @ParameterizedTest
    @MethodSource("repeatable")
    void write_thatIsIdempotentIsRepeatedAfter503(Consumer<KeyValueClient<String>> call) {
        try (ScriptedServer server = new ScriptedServer(answer(503, BUSY_BODY, BUSY), written(200));
                KeyValueClient<String> client = client(server)) {
            call.accept(client);
            assertThat(server.asked()).hasSize(2);
            assertThat(waits).containsExactly(Duration.ofSeconds(2));
        }
    }

    @ParameterizedTest
    @MethodSource("once")
    void write_thatIsNotIsSentOnceWhenTheConnectionBreaks(Consumer<KeyValueClient<String>> call) {
        try (ScriptedServer server = new ScriptedServer(hangUp(), written(200));
                KeyValueClient<String> client = client(server)) {
            assertThatThrownBy(() -> call.accept(client))
                    .isInstanceOf(ClientException.ConnectionFailed.class)
                    .hasMessageContaining("may have executed")
                    .extracting(e -> ((ClientException) e).outcomeUnknown())
                    .isEqualTo(true);
            assertThat(server.asked()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("once")
    void write_thatIsNotIsSentOnceWhenTheServerIsBusy(Consumer<KeyValueClient<String>> call) {
        try (ScriptedServer server = new ScriptedServer(answer(503, BUSY_BODY, BUSY), written(200));
                KeyValueClient<String> client = client(server)) {
            ClientException.ErrorResponse e =
                    catchThrowableOfType(ClientException.ErrorResponse.class, () -> call.accept(client));
            assertThat(e.status()).isEqualTo(503);
            assertThat(e.problem().detail()).isEqualTo("busy");
            assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(2));
            assertThat(e.outcomeUnknown()).isTrue();
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void refusedConnections_areTriedAgainWhateverIsAsked() throws IOException {
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
            assertThat(waits).hasSize(2);
        }
    }

    @Test
    void waits_doubleUpToTheLongestAndAreBetweenHalfAndAll() {
        RetryPolicy policy = new RetryPolicy(7, Duration.ofMillis(100), Duration.ofMillis(450));
        ScriptedServer.Step[] steps =
                Stream.generate(ScriptedServer::hangUp).limit(20).toArray(ScriptedServer.Step[]::new);
        try (ScriptedServer server = new ScriptedServer(steps);
                KeyValueClient<String> client = client(server.address(), policy)) {
            assertThatThrownBy(() -> client.put("a", "1", WriteOptions.defaults()))
                    .isInstanceOf(ClientException.ConnectionFailed.class);
            assertThat(server.asked()).hasSize(7);
            long[] most = {100, 200, 400, 450, 450, 450};
            assertThat(waits).hasSize(most.length);
            for (int i = 0; i < most.length; i++) {
                assertThat(waits.get(i)).isBetween(Duration.ofMillis(most[i] / 2), Duration.ofMillis(most[i]));
            }
            assertThat(waits.subList(3, 6)).doesNotHaveDuplicates();
        }
    }

    @Test
    void retryAfter_thatIsLongerThanTheLongestWaitIsNotWaitedFor() {
        try (ScriptedServer server = new ScriptedServer(answer(503, "", "Retry-After: 3600"), written(200));
                KeyValueClient<String> client = client(server)) {
            ClientException.ErrorResponse e =
                    catchThrowableOfType(ClientException.ErrorResponse.class, () -> client.get("a"));
            assertThat(e.retryAfter()).isEqualTo(Duration.ofHours(1));
            assertThat(e.outcomeUnknown()).as("a read changes nothing").isFalse();
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void status503_withoutRetryAfterIsToldAtOnce() {
        try (ScriptedServer server = new ScriptedServer(answer(503, ""), written(200));
                KeyValueClient<String> client = client(server)) {
            assertThatThrownBy(() -> client.get("a")).isInstanceOf(ClientException.ErrorResponse.class);
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void condition_thatFailsAfterALostAnswerSaysThatItMayHaveBeenDone() {
        try (ScriptedServer server = new ScriptedServer(hangUp(), answer(412, "", "ETag: \"e-8\"", "KV-Revision: 8"));
                KeyValueClient<String> client = client(server)) {
            WriteOptions create = WriteOptions.defaults().when(Condition.absent());
            ClientException.ConditionFailed e =
                    catchThrowableOfType(ClientException.ConditionFailed.class, () -> client.put("a", "1", create));
            assertThat(e.outcomeUnknown()).isTrue();
            assertThat(e.current()).isEqualTo(new ETag("\"e-8\""));
        }
        try (ScriptedServer server = new ScriptedServer(answer(412, "", "ETag: \"e-8\"", "KV-Revision: 8"));
                KeyValueClient<String> client = client(server)) {
            WriteOptions create = WriteOptions.defaults().when(Condition.absent());
            ClientException.ConditionFailed e =
                    catchThrowableOfType(ClientException.ConditionFailed.class, () -> client.put("a", "1", create));
            assertThat(e.outcomeUnknown()).isFalse();
        }
    }

    /** A store that failed to write answers so, and may find what it wrote when it is opened again. */
    @Test
    void condition_thatFailsAfter503SaysThatItMayHaveBeenDone() {
        try (ScriptedServer server =
                        new ScriptedServer(answer(503, BUSY_BODY, BUSY), answer(412, "", "ETag: \"e-8\""));
                KeyValueClient<String> client = client(server)) {
            WriteOptions create = WriteOptions.defaults().when(Condition.absent());
            ClientException.ConditionFailed e =
                    catchThrowableOfType(ClientException.ConditionFailed.class, () -> client.put("a", "1", create));
            assertThat(e.outcomeUnknown()).isTrue();
        }
    }

    @Test
    void answer_thatIsCutOffIsAskedForAgain() {
        try (ScriptedServer server = new ScriptedServer(
                        hangUpAfter("HTTP/1.1 200 OK", "Content-Length: 5", "", "he"), answer(200, "hello"));
                KeyValueClient<String> client = client(server)) {
            assertThat(client.get("a")).isEqualTo("hello");
        }
    }

    @Test
    void answer_thatDoesNotComeInTimeIsGivenUp() {
        try (ScriptedServer server = new ScriptedServer(silence(), silence(), written(200));
                KeyValueClient<String> client = KeyValueClient.builder(server.address(), Codecs.text())
                        .timeout(Duration.ofMillis(50))
                        .sleeper((wait, ended) -> waits.add(wait))
                        .build()) {
            assertThatThrownBy(() -> client.increment("a", 1))
                    .isInstanceOf(ClientException.ConnectionFailed.class)
                    .hasMessageContaining("PT0.05S");
        }
    }

    @Test
    void none_sendsEverythingOnce() {
        try (ScriptedServer server = new ScriptedServer(hangUp(), written(200));
                KeyValueClient<String> client = client(server.address(), RetryPolicy.none())) {
            assertThatThrownBy(() -> client.put("a", "1", WriteOptions.defaults()))
                    .isInstanceOf(ClientException.ConnectionFailed.class);
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void listing_goesOnAfterTheLastRow() {
        String head = "HTTP/1.1 200 OK\r\nKV-Revision: 9\r\nTransfer-Encoding: chunked\r\n";
        try (ScriptedServer server = new ScriptedServer(
                        hangUpAfter(
                                head, chunk("{\"key\":\"a\",\"value\":\"1\",\"revision\":1}\n{\"key\":\"b/\",\"val")),
                        hangUpAfter(head, ""),
                        hangUpAfter(head, chunk("{\"key\":\"b/\",\"value\":\"2\",\"revision\":2}\n")),
                        answer(
                                head,
                                chunk("{\"key\":\"c\",\"value\":\"3\",\"revision\":3}\n{\"end\":true,\"count\":1}\n")
                                        + "0\r\n\r\n"));
                KeyValueClient<String> client = client(server)) {
            List<String> keys = new ArrayList<>();
            client.list(Query.all().limit(10)).forEachRemaining(row -> keys.add(row.key() + row.value()));
            assertThat(keys).containsExactly("a1", "b/2", "c3");
            assertThat(server.asked())
                    .containsExactly(
                            "GET /keys?limit=10",
                            "GET /keys?start=a%00&limit=9",
                            "GET /keys?start=a%00&limit=9",
                            "GET /keys?start=b%2F%00&limit=8");
        }
    }

    @Test
    void listing_withoutItsEndRowIsNotTakenForTheWhole() {
        String head = "HTTP/1.1 200 OK\r\nKV-Revision: 9\r\nTransfer-Encoding: chunked\r\n";
        try (ScriptedServer server = new ScriptedServer(
                        answer(head, chunk("{\"key\":\"a\",\"value\":\"1\",\"revision\":1}\n") + "0\r\n\r\n"),
                        answer(
                                head,
                                chunk("{\"key\":\"b\",\"value\":\"2\",\"revision\":2}\n{\"end\":true,\"count\":1}\n")
                                        + "0\r\n\r\n"));
                KeyValueClient<String> client = client(server)) {
            List<String> keys = new ArrayList<>();
            client.list(Query.all()).forEachRemaining(row -> keys.add(row.key()));
            assertThat(keys).containsExactly("a", "b");
            assertThat(server.asked()).containsExactly("GET /keys", "GET /keys?start=a%00");
        }
    }

    @Test
    void listing_thatIsCutOffAgainAndAgainWithoutARowFails() {
        String head = "HTTP/1.1 200 OK\r\nKV-Revision: 9\r\nTransfer-Encoding: chunked\r\n";
        ScriptedServer.Step cut = hangUpAfter(head, chunk("{\"key\":"));
        try (ScriptedServer server = new ScriptedServer(cut, cut, cut, cut, cut, cut, cut, cut);
                Listing<String> rows = client(server).list(Query.all().reversed())) {
            assertThatThrownBy(rows::hasNext).isInstanceOf(ClientException.ConnectionFailed.class);
            assertThat(server.asked()).hasSize(4);
        }
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    @Test
    void interrupt_endsACallAndStays() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        List<Object> ended = Collections.synchronizedList(new ArrayList<>());
        try (ScriptedServer server = new ScriptedServer(socket -> {
                    asked.countDown();
                    return silence().run(socket);
                });
                KeyValueClient<String> client = client(server)) {
            Thread thread = new Thread(() -> {
                try {
                    client.put("a", "1", WriteOptions.defaults());
                } catch (ClientException.ConnectionFailed e) {
                    ended.add(e.outcomeUnknown());
                    ended.add(Thread.currentThread().isInterrupted());
                }
            });
            thread.start();
            asked.await();
            thread.interrupt();
            thread.join();
            assertThat(ended).containsExactly(true, true);
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void build_refusesToHaveTheJdkRepeatWhatMustNotBe() {
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
