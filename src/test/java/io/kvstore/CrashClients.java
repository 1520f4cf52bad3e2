package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Eight clients that write to the same keys of a server, which may be killed meanwhile. They know which values each key may
 * have after a restart: the value acknowledged last, or that of a write without a response.
 */
final class CrashClients implements AutoCloseable {

    private static final int WRITERS = 8;
    private static final int KEYS = 150;
    private static final int VALUE_BYTES_MAX = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    private final List<Key> keys = new ArrayList<>();
    private final Random random;
    private long revisionMax;

    CrashClients(long seed) {
        random = new Random(seed);
        for (int i = 0; i < KEYS; i++) {
            keys.add(new Key("key-" + i));
        }
    }

    @Override
    public void close() {
        writers.shutdownNow();
    }

    /** A write of a value generated from a seed, or a deletion if the length is negative. */
    private record Write(long seed, int length) {
        byte @Nullable [] bytes() {
            if (length < 0) {
                return null;
            }
            byte[] bytes = new byte[length];
            new Random(seed).nextBytes(bytes);
            return bytes;
        }
    }

    /** The known state of a key. Every client writes to every key, so the revision decides which write was last. */
    private final class Key {
        final String name;
        private Write last = new Write(0, -1);
        private long lastRevision;
        private @Nullable String lastTag;
        /** Writes that were sent but not answered; each may have been committed. */
        private final Set<Write> unknown = new HashSet<>();

        Key(String name) {
            this.name = name;
        }

        synchronized void sent(Write write) {
            unknown.add(write);
        }

        synchronized void answered(Write write, HttpResponse<?> answer) {
            unknown.remove(write);
            if (answer.statusCode() == 404) {
                return; // a deletion of an absent key
            }
            assertThat(answer.statusCode()).as("status of a write to %s", name).isIn(200, 201);
            long revision = revision(answer);
            if (revision > lastRevision) {
                last = write;
                lastRevision = revision;
                lastTag = answer.headers().firstValue("ETag").orElse(null);
            }
        }

        /** Reads the key after a restart and checks its value, which is the known state from then on; returns whether it exists. */
        synchronized boolean check(ServerProcess server) {
            HttpResponse<byte[]> answer = send(request(server, name).GET(), BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as("status of %s", name).isIn(200, 404);
            byte[] found = answer.statusCode() == 200 ? answer.body() : null;
            if (Arrays.equals(found, last.bytes())) {
                if (unknown.isEmpty()) {
                    assertThat(answer.headers().firstValue("ETag").orElse(null))
                            .as("tag of %s", name)
                            .isEqualTo(lastTag);
                }
            } else {
                last = unknown.stream()
                        .filter(write -> Arrays.equals(found, write.bytes()))
                        .findAny()
                        .orElseThrow(() -> new AssertionError(name + " has "
                                + (found == null ? "no value" : found.length + " bytes") + ", but " + last
                                + " was acknowledged last, and unanswered are " + unknown));
            }
            lastTag = answer.headers().firstValue("ETag").orElse(null);
            unknown.clear();
            return found != null;
        }
    }

    private static HttpRequest.Builder request(ServerProcess server, String key) {
        return to(server, "/keys/" + key);
    }

    private static HttpRequest.Builder to(ServerProcess server, String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + target))
                .timeout(PATIENCE);
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return client.send(request.build(), body);
        } catch (IOException e) {
            throw new AssertionError("no response from a server that was not killed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static long revision(HttpResponse<?> answer) {
        return answer.headers().firstValueAsLong("KV-Revision").orElseThrow();
    }

    /** Writes until the given number of writes is acknowledged, and then kills the server if {@code kill} is set. */
    void write(ServerProcess server, int writes, boolean kill) throws Exception {
        Semaphore acknowledged = new Semaphore(0);
        AtomicInteger left = new AtomicInteger(kill ? Integer.MAX_VALUE : writes);
        List<Future<Long>> running = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            long seed = random.nextLong();
            running.add(writers.submit(() -> write(server, new Random(seed), left, kill, acknowledged)));
        }
        if (kill) {
            assertThat(acknowledged.tryAcquire(writes, PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("%d writes acknowledged", writes)
                    .isTrue();
            server.kill();
        }
        await(running);
        assertThat(acknowledged.availablePermits() + (kill ? writes : 0)).isGreaterThanOrEqualTo(writes);
    }

    private void await(List<Future<Long>> running) throws Exception {
        for (Future<Long> each : running) {
            try {
                revisionMax = Math.max(revisionMax, each.get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                throw new AssertionError("a writer failed", e.getCause());
            }
        }
    }

    /** Writes for the given time, runs {@code beforeKill} while the writes continue, and kills the server. */
    void writeFor(ServerProcess server, Duration time, Callable<?> beforeKill) throws Exception {
        Semaphore acknowledged = new Semaphore(0);
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        List<Future<Long>> running = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            long seed = random.nextLong();
            running.add(writers.submit(() -> write(server, new Random(seed), left, true, acknowledged)));
        }
        try {
            assertThat(acknowledged.tryAcquire(Integer.MAX_VALUE, time.toSeconds(), TimeUnit.SECONDS))
                    .isFalse();
            beforeKill.call();
        } finally {
            server.kill();
        }
        await(running);
        assertThat(acknowledged.availablePermits()).isPositive();
    }

    /** Returns the highest acknowledged revision. */
    private long write(ServerProcess server, Random random, AtomicInteger left, boolean kill, Semaphore acknowledged)
            throws InterruptedException {
        long newest = 0;
        while (left.getAndDecrement() > 0) {
            Key key = keys.get(random.nextInt(keys.size()));
            Write write = next(random);
            byte[] bytes = write.bytes();
            HttpRequest.Builder request = request(server, key.name);
            HttpRequest ready =
                    (bytes == null ? request.DELETE() : request.PUT(BodyPublishers.ofByteArray(bytes))).build();
            key.sent(write);
            HttpResponse<Void> answer;
            try {
                answer = client.send(ready, BodyHandlers.discarding());
            } catch (IOException e) {
                if (kill) {
                    return newest;
                }
                throw new AssertionError("a write failed", e);
            }
            key.answered(write, answer);
            newest = Math.max(newest, revision(answer));
            acknowledged.release();
        }
        return newest;
    }

    private static Write next(Random random) {
        int kind = random.nextInt(20);
        int length = kind < 5 ? -1 : kind == 5 ? 0 : random.nextInt(kind < 10 ? VALUE_BYTES_MAX + 1 : 200);
        return new Write(random.nextLong(), length);
    }

    /** Checks the keys of the server, first each key and then the listing. */
    void check(ServerProcess server) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Key key : keys) {
            if (key.check(server)) {
                found.add(key.name);
            }
        }
        HttpRequest.Builder all = to(server, "/keys");
        HttpResponse<Void> head = send(all.copy().method("HEAD", BodyPublishers.noBody()), BodyHandlers.discarding());
        assertThat(head.headers().firstValueAsLong("KV-Count")).as("KV-Count").hasValue(found.size());
        assertThat(revision(head)).as("KV-Revision").isGreaterThanOrEqualTo(revisionMax);
        List<String> listed = new ArrayList<>();
        try (InputStream body = send(all, BodyHandlers.ofInputStream()).body();
                JsonParser json = new JsonFactory().createParser(body)) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                listed.add(json.currentName());
                json.nextToken();
                json.skipChildren();
            }
        }
        assertThat(listed).as("keys listed").containsExactlyElementsOf(found);
    }
}
