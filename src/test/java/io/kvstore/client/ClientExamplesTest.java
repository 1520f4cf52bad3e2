package io.kvstore.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.Server;
import io.kvstore.server.TlsFixtures;
import io.kvstore.store.Codec;
import io.kvstore.store.KeyValueStore;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.TestServer;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of docs/client.md and of the Javadoc, and checks that this file contains each of them. */
@Tag("http")
@Timeout(60)
class ClientExamplesTest {

    private static final Path HERE = Path.of("src/test/java/io/kvstore/client/ClientExamplesTest.java");
    private static final Path MAIN = Path.of("src/main/java/io/kvstore/client");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PRE = Pattern.compile("<pre>\\{@code\n(.*?)\n \\* \\}</pre>", Pattern.DOTALL);

    @TempDir
    Path folder;

    private Server server;
    private URI address;
    private KeyValueClient<String> client;

    @BeforeEach
    void start() {
        server = TestServer.start(StorageMode.MEMORY, folder);
        address = URI.create(server.address());
        client = KeyValueClient.ofText(address);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void examples_areContainedInThisFile() throws IOException {
        String tested = withoutSpace(Files.readString(HERE));
        List<String> shown = blocks(BLOCK, Files.readString(Path.of("docs/client.md")));
        assertThat(shown).hasSizeGreaterThan(9);
        try (Stream<Path> sources = Files.list(MAIN)) {
            for (Path source : sources.toList()) {
                blocks(PRE, Files.readString(source)).stream()
                        .map(block -> block.replaceAll("(?m)^ *\\* ?", ""))
                        .forEach(shown::add);
            }
        }
        assertThat(shown)
                .hasSizeGreaterThan(11)
                .allSatisfy(example -> assertThat(tested).contains(withoutSpace(example)));
    }

    private static List<String> blocks(Pattern pattern, String text) {
        return new ArrayList<>(
                pattern.matcher(text).results().map(found -> found.group(1)).toList());
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Test
    void putAndGet() {
        try (KeyValueClient<String> client = KeyValueClient.ofText(address)) {
            client.put("greeting", "hello", WriteOptions.defaults());
            String greeting = client.get("greeting");
            System.out.println(greeting);
        }
        assertThat(client.get("greeting")).isEqualTo("hello");
    }

    @Test
    void settings() throws IOException {
        Files.copy(TlsFixtures.file("root.pem"), folder.resolve("cert.pem"));
        SSLContext tls = Certificates.trusting(folder.resolve("cert.pem"));
        KeyValueClient<byte[]> secured = KeyValueClient.builder(URI.create("https://localhost:8443"), Codecs.bytes())
                .tls(tls)
                .token(() -> System.getenv("KVSTORE_TOKEN"))
                .contentType("application/octet-stream")
                .timeout(Duration.ofSeconds(5))
                .retries(new RetryPolicy(6, Duration.ofMillis(50), Duration.ofSeconds(2)))
                .build();
        secured.close();
    }

    @Test
    void customCodec() {
        Codec<Integer> numbers = new Codec<>() {
            @Override
            public int size(Integer value) {
                return Integer.BYTES;
            }

            @Override
            public void encode(Integer value, DataOutput out) throws IOException {
                out.writeInt(value);
            }

            @Override
            public Integer decode(DataInput in, int size) throws IOException {
                return in.readInt();
            }
        };
        try (KeyValueClient<Integer> counts =
                KeyValueClient.builder(address, numbers).build()) {
            counts.put("rooms", 12, WriteOptions.defaults());
            int rooms = counts.get("rooms");
            System.out.println(rooms);
        }
        assertThat(client.metadata("rooms").length()).isEqualTo(Integer.BYTES);
    }

    @Test
    void condition_onTheStateThatWasRead() {
        client.put("price", "100", WriteOptions.defaults());
        boolean done = false;
        while (!done) {
            Entry<String> read = client.entry("price");
            String raised = Integer.toString(Integer.parseInt(read.value()) + 5);
            try {
                client.put("price", raised, WriteOptions.defaults().when(Condition.revision(read.etag())));
                done = true;
            } catch (ClientException.ConditionFailed e) {
                // another client has changed the key: read it again
            }
        }
        assertThat(client.get("price")).isEqualTo("105");
    }

    @Test
    void lock_isTakenAndReleased() {
        WriteOptions take = WriteOptions.defaults().when(Condition.absent()).expiringAfter(Duration.ofSeconds(30));
        WriteResult lock = client.put("lock/report", "worker-1", take);
        try {
            long fencingToken = lock.revision();
            System.out.println("working with fencing token " + fencingToken);
        } finally {
            client.delete("lock/report", Condition.revision(lock.etag()));
        }
        assertThat(client.size()).isZero();
    }

    @Test
    void batch_andListing() {
        client.put("account/a", "70", WriteOptions.defaults());
        BatchResult<String> transfer = client.batch()
                .check("account/a", Condition.present())
                .increment("account/a", -20)
                .increment("account/b", 20)
                .commit();
        long balance = transfer.results().get(1).number().getAsLong();
        assertThat(balance).isEqualTo(50);

        try (Listing<String> rows = client.list(Query.prefix("account/").limit(100))) {
            while (rows.hasNext()) {
                Row<String> row = rows.next();
                System.out.println(row.key() + " = " + row.value());
            }
        }
    }

    @Test
    void watch_maintainsACopy() {
        client.put("config/a", "1");
        Map<String, String> copy = new TreeMap<>();
        try (Watch<String> watch = client.watch(WatchOptions.prefix("config/").withInitialRows())) {
            boolean synced = false;
            while (!synced) {
                WatchEvent<String> event = watch.next();
                switch (event.type()) {
                    case PUT -> copy.put(event.key(), event.row().value());
                    case DELETE, EXPIRE -> copy.remove(event.key());
                    case RESTARTED -> copy.clear();
                    case SYNCED -> synced = true;
                }
            }
        }
        assertThat(copy).containsExactly(Map.entry("config/a", "1"));
    }

    @Test
    void watch_reportsAChange() {
        try (Watch<String> watch = client.watch(WatchOptions.prefix("config/"))) {
            client.put("config/port", "9000", WriteOptions.defaults());
            WatchEvent<String> event = watch.next();
            System.out.println(event.type() + " " + event.key());
        }
    }

    @Test
    void client_isAKeyValueStore() {
        KeyValueStore<String, String> store = KeyValueClient.ofText(address);
        store.put("a", "1");
        String previous = store.put("a", "2");
        store.close();
        assertThat(previous).isEqualTo("1");
    }

    @Test
    void increment_withUnknownOutcome() {
        try {
            client.increment("visits", 1);
        } catch (ClientException e) {
            if (e.outcomeUnknown()) {
                System.err.println("counted once, or not at all: " + e.getMessage());
            }
        }
        assertThat(client.get("visits")).isEqualTo("1");
    }

    @Test
    void backup() throws IOException {
        try (Download snapshot = client.admin().snapshot();
                OutputStream file = Files.newOutputStream(folder.resolve("backup"))) {
            snapshot.transferTo(file);
        }
        assertThat(folder.resolve("backup")).isNotEmptyFile();
    }
}
