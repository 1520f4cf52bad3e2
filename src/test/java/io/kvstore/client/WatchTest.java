package io.kvstore.client;

import static io.kvstore.client.ScriptedServer.hangUpAfter;
import static io.kvstore.client.ScriptedServer.silenceAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.TestServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Watches and publishers, also across broken connections. */
@Tag("http")
@Timeout(60)
class WatchTest {

    @TempDir
    Path folder;

    private static KeyValueClientBuilder<String> builder(URI address) {
        return KeyValueClient.builder(address, Codecs.text()).sleeper((time, wakeUp) -> {});
    }

    private static KeyValueClient<String> client(Server server) {
        return builder(URI.create(server.address())).build();
    }

    private static String summary(WatchEvent<String> event) {
        if (event instanceof WatchEvent.Put<String> put) {
            return "put " + put.row().key() + " " + put.row().value();
        }
        if (event instanceof WatchEvent.Delete<String> delete) {
            return "delete " + delete.key();
        }
        return event.getClass().getSimpleName();
    }

    private static List<String> next(Watch<String> watch, int count) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(summary(watch.next()));
        }
        return events;
    }

    @Test
    void watch_reportsEveryChangeFromItsStart() {
        try (Server server = TestServer.start(StorageMode.MEMORY, folder);
                KeyValueClient<String> client = client(server)) {
            client.put("a/1", "before");
            try (Watch<String> watch = client.watch(WatchOptions.prefix("a/"))) {
                client.put("a/1", "x\ny");
                client.put("b", "another");
                client.delete("a/1");
                assertThat(next(watch, 2)).containsExactly("put a/1 x\ny", "delete a/1");
            }
            try (Watch<String> watch = client.watch(WatchOptions.all().since(1).withoutValues())) {
                assertThat(next(watch, 3)).containsExactly("put a/1 null", "put b null", "delete a/1");
            }
        }
    }

    @Test
    void watch_withInitialRowsContinuesWithChanges() {
        try (Server server = TestServer.start(StorageMode.MEMORY, folder);
                KeyValueClient<String> client = client(server)) {
            client.put("a", "1");
            client.put("b", "2");
            try (Watch<String> watch = client.watch(WatchOptions.all().withInitialRows())) {
                client.put("c", "3");
                assertThat(next(watch, 4)).containsExactly("put a 1", "put b 2", "Synced", "put c 3");
            }
        }
    }

    @Test
    void watch_resumesAfterARestartOfTheServer() {
        String port;
        KeyValueClient<String> client;
        Watch<String> watch;
        try (Server server = TestServer.start(StorageMode.LOGGED, folder, "--shutdown_timeout", "1ms")) {
            port = Integer.toString(server.port());
            client = client(server);
            watch = client.watch(WatchOptions.all());
            client.put("a", "1");
            assertThat(next(watch, 1)).containsExactly("put a 1");
            client.put("a", "2");
        }
        try (Server server = TestServer.start(StorageMode.LOGGED, folder, "--port", port)) {
            try (client;
                    watch) {
                client.put("a", "3");
                assertThat(next(watch, 2)).containsExactly("put a 2", "put a 3");
                assertThat(server.port()).isEqualTo(Integer.parseInt(port));
            }
        }
    }

    @Test
    void watch_thatBreaksBeforeAnyEventMissesNothing() {
        String port;
        KeyValueClient<String> client;
        Watch<String> watch;
        try (Server server = TestServer.start(StorageMode.LOGGED, folder, "--shutdown_timeout", "1ms")) {
            port = Integer.toString(server.port());
            client = client(server);
            client.put("a", "1");
            watch = client.watch(WatchOptions.all());
        }
        try (Server server = TestServer.start(StorageMode.LOGGED, folder)) {
            KeyValueClient<String> another = client(server);
            another.put("a", "2");
            another.close();
        }
        try (Server server = TestServer.start(StorageMode.LOGGED, folder, "--port", port);
                client;
                watch) {
            assertThat(server.port()).isPositive();
            assertThat(next(watch, 1)).containsExactly("put a 2");
        }
    }

    @Test
    void watch_ofAServerWithoutTheHistoryFails() {
        String port;
        KeyValueClient<String> client;
        Watch<String> watch;
        try (Server server = TestServer.start(StorageMode.MEMORY, folder, "--shutdown_timeout", "1ms")) {
            port = Integer.toString(server.port());
            client = client(server);
            client.put("a", "1");
            watch = client.watch(WatchOptions.all());
        }
        try (Server server = TestServer.start(StorageMode.MEMORY, folder, "--port", port);
                client) {
            client.put("a", "1");
            client.put("a", "2");
            ClientException.HistoryGone e = catchThrowableOfType(ClientException.HistoryGone.class, watch::hasNext);
            assertThat(e.revision()).isEqualTo(server.port() > 0 ? 2 : 0);
            assertThat(watch.hasNext()).as("after it has failed").isFalse();
        }
    }

    @Test
    void watch_sinceAFutureRevisionIsRejected() {
        try (Server server = TestServer.start(StorageMode.MEMORY, folder);
                KeyValueClient<String> client = client(server)) {
            ClientException.HistoryGone e = catchThrowableOfType(
                    ClientException.HistoryGone.class,
                    () -> client.watch(WatchOptions.all().since(99)));
            assertThat(e.status()).isEqualTo(410);
            assertThat(e.oldest()).isZero();
        }
    }

    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nKV-Revision: 5\r\n\r\n";

    private static String put(String id, String key) {
        return (id == null ? "" : "id: " + id + "\n") + "event: put\ndata: {\"key\":\"" + key
                + "\",\"value\":\"1\",\"revision\":6}\n\n";
    }

    @Test
    void watch_resumesAfterAHeartbeatAndAfterAReset() {
        try (ScriptedServer server = new ScriptedServer(
                        hangUpAfter(HEAD + ": watching\nid: e-5\n\n:\nid: e-8\n\n"),
                        hangUpAfter(HEAD + ": watching\n\n" + put("e-9.0", "a") + "id: e-10.0\nevent: put\nda"),
                        silenceAfter(HEAD + ": watching\n\nevent: reset\ndata: {\"oldest\":1,\"revision\":9}\n\n"),
                        silenceAfter(HEAD + put("e-10.0", "b")));
                KeyValueClient<String> client = builder(server.address()).build();
                Watch<String> watch = client.watch(WatchOptions.all())) {
            assertThat(next(watch, 2)).containsExactly("put a 1", "put b 1");
            assertThat(server.targets())
                    .containsExactly(
                            "GET /watch", "GET /watch?since=e-8", "GET /watch?since=e-9.0", "GET /watch?since=e-9.0");
        }
    }

    @Test
    void watch_thatBreaksAmongTheInitialRowsRestartsThem() {
        try (ScriptedServer server = new ScriptedServer(
                        hangUpAfter(HEAD + ": watching\n\n" + put(null, "a")),
                        hangUpAfter(HEAD + put(null, "b") + "id: e-6\nevent: synced\ndata: {\"revision\":6}\n\n"),
                        silenceAfter(HEAD + put("e-7.0", "c")));
                KeyValueClient<String> client = builder(server.address()).build();
                Watch<String> watch = client.watch(WatchOptions.all().withInitialRows())) {
            assertThat(next(watch, 5)).containsExactly("put a 1", "Restarted", "put b 1", "Synced", "put c 1");
            assertThat(server.targets())
                    .containsExactly("GET /watch?initial=true", "GET /watch?initial=true", "GET /watch?since=e-6");
        }
    }

    @Test
    void watch_thatReceivesNothingReconnects() {
        try (ScriptedServer server = new ScriptedServer(
                        silenceAfter(HEAD + ": watching\nid: e-5\n\n"), silenceAfter(HEAD + put("e-6.0", "a")));
                KeyValueClient<String> client = builder(server.address())
                        .idleTimeout(Duration.ofMillis(50))
                        .build();
                Watch<String> watch = client.watch(WatchOptions.all())) {
            assertThat(next(watch, 1)).containsExactly("put a 1");
        }
    }

    @Test
    void watch_delaysForAServerThatIsBusyOrOpening() {
        List<Duration> delays = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer(
                        hangUpAfter(HEAD + ": watching\nid: e-5\n\n"),
                        ScriptedServer.respond(503, "", "Retry-After: 7"),
                        ScriptedServer.respond(503, ""),
                        silenceAfter(HEAD + put("e-6.0", "a")));
                KeyValueClient<String> client = KeyValueClient.builder(server.address(), Codecs.text())
                        .sleeper((time, wakeUp) -> delays.add(time))
                        .build();
                Watch<String> watch = client.watch(WatchOptions.all())) {
            assertThat(next(watch, 1)).containsExactly("put a 1");
            assertThat(delays).hasSize(3).element(1).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Test
    void watch_thatIsNoLongerAuthorizedFails() {
        try (ScriptedServer server = new ScriptedServer(
                        hangUpAfter(HEAD + ": watching\nid: e-5\n\n"), ScriptedServer.respond(403, ""));
                KeyValueClient<String> client = builder(server.address()).build();
                Watch<String> watch = client.watch(WatchOptions.all())) {
            assertThat(catchThrowableOfType(ClientException.ErrorResponse.class, watch::hasNext)
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void close_endsTheWaitOfAnotherThread() throws Exception {
        try (Server server = TestServer.start(StorageMode.MEMORY, folder);
                KeyValueClient<String> client = client(server)) {
            Watch<String> watch = client.watch(WatchOptions.all());
            AtomicReference<Boolean> more = new AtomicReference<>();
            Thread reader = new Thread(() -> more.set(watch.hasNext()));
            reader.start();
            while (reader.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            watch.close();
            reader.join();
            assertThat(more.get()).isFalse();
            assertThatThrownBy(watch::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void close_endsTheWaitForAnUnreachableServer() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(hangUpAfter(HEAD + ": watching\nid: e-5\n\n"))) {
            KeyValueClient<String> client = KeyValueClient.builder(server.address(), Codecs.text())
                    .sleeper((time, wakeUp) -> {
                        waiting.countDown();
                        Sleeper.SYSTEM.sleep(Duration.ofDays(1), wakeUp);
                    })
                    .build();
            Watch<String> watch = client.watch(WatchOptions.all());
            AtomicReference<Boolean> more = new AtomicReference<>();
            Thread reader = new Thread(() -> more.set(watch.hasNext()));
            reader.start();
            waiting.await();
            client.close();
            reader.join();
            assertThat(more.get()).isFalse();
        }
    }

    /** Records what it receives. */
    private static final class Recorder implements Flow.Subscriber<WatchEvent<String>> {

        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        final AtomicReference<Flow.Subscription> subscription = new AtomicReference<>();
        final AtomicReference<Thread> thread = new AtomicReference<>();
        final CountDownLatch subscribed = new CountDownLatch(1);

        @Override
        public void onSubscribe(Flow.Subscription subscribedTo) {
            thread.set(Thread.currentThread());
            subscription.set(subscribedTo);
            subscribed.countDown();
        }

        @Override
        public void onNext(WatchEvent<String> event) {
            events.add(summary(event));
        }

        @Override
        public void onError(Throwable failure) {
            events.add(failure.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            events.add("complete");
        }

        static Recorder of(KeyValueClient<String> client, WatchOptions options) throws InterruptedException {
            Recorder recorder = new Recorder();
            client.publisher(options).subscribe(recorder);
            recorder.subscribed.await();
            return recorder;
        }
    }

    @Test
    void publisher_sendsAsManyEventsAsRequested() throws Exception {
        try (Server server = TestServer.start(StorageMode.MEMORY, folder);
                KeyValueClient<String> client = client(server)) {
            for (int i = 0; i < 5; i++) {
                client.put("k" + i, "v");
            }
            Recorder recorder = Recorder.of(client, WatchOptions.all().since(0));
            recorder.subscription.get().request(2);
            assertThat(recorder.events.take()).isEqualTo("put k0 v");
            assertThat(recorder.events.take()).isEqualTo("put k1 v");
            while (recorder.thread.get().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(recorder.events).isEmpty();
            recorder.subscription.get().request(Long.MAX_VALUE);
            for (int i = 2; i < 5; i++) {
                assertThat(recorder.events.take()).isEqualTo("put k" + i + " v");
            }
            recorder.subscription.get().cancel();
            recorder.thread.get().join();
            assertThat(recorder.events).isEmpty();
        }
    }

    @Test
    void publisher_completesWhenTheClientIsClosed() throws Exception {
        try (Server server = TestServer.start(StorageMode.MEMORY, folder)) {
            KeyValueClient<String> client = client(server);
            Recorder reading = Recorder.of(client, WatchOptions.all());
            reading.subscription.get().request(1);
            Recorder idle = Recorder.of(client, WatchOptions.all());
            for (Recorder each : List.of(reading, idle)) {
                while (each.thread.get().getState()
                        != (each == idle ? Thread.State.WAITING : Thread.State.TIMED_WAITING)) {
                    Thread.onSpinWait();
                }
            }
            client.close();
            for (Recorder each : List.of(reading, idle)) {
                each.thread.get().join();
                assertThat(each.events).containsExactly("complete");
            }
        }
    }

    @Test
    void publisher_reportsFailures() throws Exception {
        try (Server server = TestServer.start(StorageMode.MEMORY, folder);
                KeyValueClient<String> client = client(server)) {
            Recorder gone = Recorder.of(client, WatchOptions.all().since(99));
            assertThat(gone.events.take()).isEqualTo("HistoryGone");
            Recorder invalid = Recorder.of(client, WatchOptions.all());
            invalid.subscription.get().request(0);
            assertThat(invalid.events.take()).isEqualTo("IllegalArgumentException");
        }
    }
}
