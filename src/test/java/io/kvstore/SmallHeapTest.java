package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server with a heap of 64 MiB, and many clients that send values of the maximum size at the same time. */
@Timeout(600)
class SmallHeapTest {

    private static final int VALUE_BYTES = 16 << 20;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "LOGGED"})
    void tenClients_areAnsweredAndMemoryDoesNotRunOut(StorageMode mode) throws Exception {
        send(mode, 10);
    }

    @Tag("stress")
    @ParameterizedTest
    @EnumSource
    void twoHundredClients_areAnsweredAndMemoryDoesNotRunOut(StorageMode mode) throws Exception {
        send(mode, 200);
    }

    private void send(StorageMode mode, int clients) throws IOException, InterruptedException {
        byte[] value = new byte[VALUE_BYTES];
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try (ServerProcess server =
                ServerProcess.start(List.of("-Xmx64m"), "--mode", mode.label(), "--store_path", folder.toString())) {
            CountDownLatch go = new CountDownLatch(clients);
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                answers.add(CompletableFuture.supplyAsync(() -> put(server, value, go), threads));
            }
            int stored = 0;
            for (CompletableFuture<Integer> answer : answers) {
                assertThat(answer.join()).isIn(200, 201, 503);
                stored += answer.join() == 503 ? 0 : 1;
            }
            assertThat(stored).as("values that were stored").isPositive();
            try (RawHttp http = server.connect()) {
                assertThat(http.get("/keys/a").body()).isEqualTo(value);
                assertThat(http.put("/keys/b", "small").status()).isEqualTo(201);
            }
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
            assertThat(server.rest()).doesNotContain("OutOfMemory").doesNotContain("out of memory");
        } finally {
            threads.shutdown();
        }
    }

    private static int put(ServerProcess server, byte[] value, CountDownLatch go) {
        try (RawHttp http = server.connect()) {
            go.countDown();
            go.await();
            // Sends the shared array: a copy of it for each of 200 clients would not fit into the heap of the test.
            http.head("PUT /keys/a HTTP/1.1", "Content-Length: " + value.length).send(value);
            return http.answer("PUT").status();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
