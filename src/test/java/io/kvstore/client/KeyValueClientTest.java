package io.kvstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kvstore.server.Server;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every method of the client, against one server that is emptied before each test. */
@Tag("http")
@Timeout(60)
class KeyValueClientTest {

    private static final ETag UNKNOWN = new ETag("\"0000000000000000-1\"");

    @TempDir
    static Path folder;

    private static Server server;

    private KeyValueClient<String> client;

    @BeforeAll
    static void start() {
        server = TestServer.start(StorageMode.LOGGED, folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        client = KeyValueClient.ofText(address());
        client.deleteAll(Query.all());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private static URI address() {
        return URI.create(server.address());
    }

    private static WriteOptions when(Condition condition) {
        return WriteOptions.defaults().when(condition);
    }

    private List<String> keys(Query query) {
        List<String> keys = new ArrayList<>();
        client.list(query).forEachRemaining(row -> keys.add(row.key()));
        return keys;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".", "..", "a/../b", "/", "a//b/", "a b+c%2F?d#e&f=g", "\0\n\u007f", "\u00e9\ud83d\ude00", "~-_."
            })
    void key_isTransferredUnchanged(String key) {
        client.put(key, "v", WriteOptions.defaults());
        assertThat(client.get(key)).isEqualTo("v");
        assertThat(client.metadata(key)).isNotNull();
        assertThat(keys(Query.prefix(key))).containsExactly(key);
        assertThat(client.batch().get(key).commit().results().get(0).row().key())
                .isEqualTo(key);
        assertThat(client.delete(key, Condition.none()).existed()).isTrue();
        assertThat(client.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\ud83d", "\ude00"})
    void invalidKey_isRejectedBeforeAnythingIsSent(String key) {
        assertThatThrownBy(() -> client.get(key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.put(key, "v")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.put(key, "v", WriteOptions.defaults()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.delete(key, Condition.none())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void put_returnsItsResult() {
        WriteResult first = client.put("a", "1", WriteOptions.defaults());
        WriteResult second = client.put("a", "2", WriteOptions.defaults());
        assertThat(first.created()).isTrue();
        assertThat(second.created()).isFalse();
        assertThat(second.revision()).isEqualTo(first.revision() + 1);
        assertThat(second.etag()).isNotEqualTo(first.etag());
        assertThat(client.entry("a").etag()).isEqualTo(second.etag());
    }

    @Test
    void put_isConditional() {
        WriteResult created = client.put("a", "1", when(Condition.absent()));
        ClientException.ConditionFailed exists = catchThrowableOfType(
                ClientException.ConditionFailed.class, () -> client.put("a", "2", when(Condition.absent())));
        assertThat(exists.status()).isEqualTo(412);
        assertThat(exists.current()).isEqualTo(created.etag());
        assertThat(exists.revision()).isEqualTo(created.revision());
        assertThat(exists.problem().key()).isEqualTo("a");
        assertThat(exists.requestId()).isNotBlank();
        WriteResult replaced = client.put("a", "2", when(Condition.revision(created.etag())));
        assertThatThrownBy(() -> client.put("a", "3", when(Condition.revision(created.etag()))))
                .isInstanceOf(ClientException.ConditionFailed.class);
        client.put("a", "3", when(Condition.otherThan(created.etag())));
        client.put("a", "4", when(Condition.present()));
        assertThatThrownBy(() -> client.put("b", "1", when(Condition.present())))
                .isInstanceOfSatisfying(
                        ClientException.ConditionFailed.class,
                        e -> assertThat(e.current()).isNull());
        assertThat(client.get("a")).isEqualTo("4");
        assertThat(replaced.created()).isFalse();
    }

    @Test
    void entry_hasTheMetadataOfTheState() {
        WriteResult written = client.put(
                "a", "h\u00e9", WriteOptions.defaults().as("text/html").expiringAfter(Duration.ofHours(1)));
        Entry<String> entry = client.entry("a");
        assertThat(entry.value()).isEqualTo("h\u00e9");
        Metadata metadata = entry.metadata();
        // Within the second of the write, the date is that of the response.
        assertThat(client.metadata("a"))
                .usingRecursiveComparison()
                .ignoringFields("lastModified")
                .isEqualTo(metadata);
        assertThat(metadata.etag()).isEqualTo(written.etag());
        assertThat(metadata.revision()).isEqualTo(written.revision());
        assertThat(metadata.length()).isEqualTo(3);
        assertThat(metadata.contentType()).isEqualTo("text/html");
        assertThat(metadata.lastModified()).isBefore(Instant.now().plusSeconds(1));
        assertThat(metadata.timeToLive()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(client.entryIfChanged("a", written.etag())).isNull();
        assertThat(client.entryIfChanged("a", UNKNOWN))
                .usingRecursiveComparison()
                .ignoringFields("metadata.lastModified")
                .isEqualTo(entry);
        assertThat(client.entry("b")).isNull();
        assertThat(client.metadata("b")).isNull();
    }

    @Test
    void getRange_returnsBytesOfTheValue() {
        client.put("a", "0123456789", WriteOptions.defaults());
        assertThat(client.getRange("a", 2, 3).bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("234");
        assertThat(client.getRange("a", 8, 100).bytes()).hasSize(2);
        assertThat(client.getRange("a", 8, 100).metadata().length()).isEqualTo(10);
        assertThat(client.getRange("a", 10, 1).bytes()).isEmpty();
        assertThat(client.getRange("b", 0, 1)).isNull();
        assertThatThrownBy(() -> client.getRange("a", -1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timeToLive_isSetKeptAndRemoved() {
        client.put("a", "1", WriteOptions.defaults().expiringAfter(Duration.ofMillis(3_600_001)));
        client.put("a", "2", WriteOptions.defaults().expiring(TimeToLive.keep()));
        assertThat(client.metadata("a").timeToLive()).isNotNull();
        assertThat(client.touch("a", Duration.ofDays(2), Condition.none()).created())
                .isFalse();
        assertThat(client.metadata("a").timeToLive()).isGreaterThan(Duration.ofDays(1));
        client.increment("a", 1);
        assertThat(client.metadata("a").timeToLive()).isNotNull();
        client.persist("a", Condition.present());
        assertThat(client.metadata("a").timeToLive()).isNull();
        assertThat(client.touch("b", Duration.ofDays(2), Condition.none())).isNull();
        assertThat(client.persist("b", Condition.none())).isNull();
        for (Duration bad :
                List.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofDays(3_651), Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> TimeToLive.after(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void timeToLive_hasTheLimitsOfTheServer() {
        try (RawHttp http = RawHttp.connect(server.port())) {
            for (Duration limit : List.of(TimeToLive.MIN, TimeToLive.MAX)) {
                client.put("a", "1", WriteOptions.defaults().expiringAfter(limit));
            }
            for (long outside : new long[] {TimeToLive.MIN.toMillis() - 1, TimeToLive.MAX.toMillis() + 1}) {
                assertThat(http.put("/keys/a", "1", "KV-TTL: " + outside + "ms").status())
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void delete_returnsWhetherTheKeyExisted() {
        WriteResult written = client.put("a", "1", WriteOptions.defaults());
        assertThatThrownBy(() -> client.delete("a", Condition.revision(UNKNOWN)))
                .isInstanceOf(ClientException.ConditionFailed.class);
        assertThat(client.delete("a", Condition.revision(written.etag())))
                .isEqualTo(new DeleteResult(true, written.revision() + 1));
        assertThat(client.delete("a", Condition.revision(written.etag())).existed())
                .isFalse();
    }

    @Test
    void incrementAndAppend_changeAValueInPlace() {
        assertThat(client.increment("n", 5).value()).isEqualTo(5);
        IncrementResult down = client.increment("n", -7);
        assertThat(down.value()).isEqualTo(-2);
        assertThat(down.write().created()).isFalse();
        assertThatThrownBy(() -> client.increment("n", 1, when(Condition.absent())))
                .isInstanceOf(ClientException.ConditionFailed.class);
        assertThat(client.append("t", "ab", WriteOptions.defaults()).created()).isTrue();
        client.append("t", "c", WriteOptions.defaults());
        assertThat(client.get("t")).isEqualTo("abc");
        ClientException.ErrorResponse notANumber =
                catchThrowableOfType(ClientException.ErrorResponse.class, () -> client.increment("t", 1));
        assertThat(notANumber.status()).isEqualTo(409);
        assertThat(notANumber.outcomeUnknown()).isFalse();
    }

    @Test
    void list_followsItsQuery() {
        for (String key : List.of("a", "b/1", "b/2", "b/3", "c")) {
            client.put(key, "v" + key, WriteOptions.defaults());
        }
        assertThat(keys(Query.all())).containsExactly("a", "b/1", "b/2", "b/3", "c");
        assertThat(keys(Query.prefix(""))).hasSize(5);
        assertThat(keys(Query.prefix("b/").reversed())).containsExactly("b/3", "b/2", "b/1");
        assertThat(keys(Query.all().from("b/2").before("c"))).containsExactly("b/2", "b/3");
        assertThat(keys(Query.all().matching("^[ac]$"))).containsExactly("a", "c");
        Listing<String> page = client.list(Query.prefix("b/").limit(2));
        String cursor = page.nextCursor();
        assertThat(page.revision()).isEqualTo(client.admin().stats().revision());
        page.close();
        assertThat(keys(Query.prefix("b/").limit(2).after(cursor))).containsExactly("b/3");
        try (Listing<String> last = client.list(Query.prefix("b/").limit(3).withoutValues())) {
            assertThat(last.nextCursor()).isNull();
            assertThat(last.next().value()).isNull();
            assertThat(last.filtered()).isFalse();
        }
        assertThat(client.count(Query.prefix("b/"))).isEqualTo(3);
        assertThatThrownBy(() -> client.count(Query.all().limit(1))).isInstanceOf(IllegalArgumentException.class);
        ClientException.ErrorResponse bad = catchThrowableOfType(
                ClientException.ErrorResponse.class,
                () -> client.list(Query.all().matching("(")));
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.problem().detail()).contains("regex");
    }

    @Test
    void list_releasesItsConnectionAtTheEnd() {
        client.put("a", "1", WriteOptions.defaults());
        Listing<String> rows = client.list(Query.all());
        assertThat(rows.next())
                .isEqualTo(new Row<>("a", "1", client.entry("a").metadata().revision(), null, null));
        assertThat(rows.hasNext()).isFalse();
        assertThatThrownBy(rows::next).isInstanceOf(NoSuchElementException.class);
        rows.close();
        assertThat(rows.hasNext()).isFalse();
    }

    @Test
    void deleteAll_deletesTheSelectedKeys() {
        client.put("a/1", "", WriteOptions.defaults());
        client.put("a/2", "", WriteOptions.defaults());
        client.put("b", "", WriteOptions.defaults());
        assertThat(client.deleteAll(Query.prefix("a/")).count()).isEqualTo(2);
        assertThat(keys(Query.all())).containsExactly("b");
        assertThatThrownBy(() -> client.deleteAll(Query.all().limit(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.deleteAll(Query.prefix(""))).isInstanceOf(ClientException.ErrorResponse.class);
        assertThat(client.deleteAll(Query.all()).count()).isEqualTo(1);
    }

    @Test
    void batch_executesAllOperations() {
        WriteResult old = client.put("old", "1", WriteOptions.defaults());
        BatchResult<String> done = client.batch()
                .check("new", Condition.absent())
                .check("old", Condition.revision(old.etag()))
                .put("new", "x", WriteOptions.defaults().as("text/css").expiringAfter(Duration.ofHours(1)))
                .append("new", "y", WriteOptions.defaults())
                .increment("n", 3)
                .touch("n", Duration.ofHours(1), Condition.none())
                .persist("n", Condition.present())
                .get("new")
                .get("missing")
                .delete("old", Condition.revision(old.etag()))
                .delete("missing")
                .commit();
        assertThat(done.results())
                .extracting(BatchResult.Result::status)
                .containsExactly(200, 200, 201, 200, 201, 200, 200, 200, 404, 200, 404);
        assertThat(done.results().get(4).number()).isEqualTo(OptionalLong.of(3));
        Row<String> row = done.results().get(7).row();
        assertThat(row.value()).isEqualTo("xy");
        assertThat(row.contentType()).isEqualTo("text/css");
        assertThat(row.expires()).isAfter(Instant.now());
        assertThat(client.entry("new").etag()).isEqualTo(done.results().get(3).etag());
        assertThat(done.revision()).isEqualTo(client.admin().stats().revision());
    }

    @Test
    void failedBatch_hasEachFailureAndChangesNothing() {
        WriteResult a = client.put("a", "text", WriteOptions.defaults());
        Batch<String> batch = client.batch()
                .put("b", "1")
                .put("a", "2", when(Condition.absent()))
                .increment("a", 1)
                .check("c", Condition.present());
        ClientException.BatchFailed e = catchThrowableOfType(ClientException.BatchFailed.class, batch::commit);
        assertThat(e.status()).isEqualTo(412);
        assertThat(e.failures())
                .containsExactly(
                        new ClientException.BatchFailed.Failure(1, "put", "a", "exists", a.etag()),
                        new ClientException.BatchFailed.Failure(2, "increment", "a", "number", a.etag()),
                        new ClientException.BatchFailed.Failure(3, "check", "c", "missing", null));
        assertThat(keys(Query.all())).containsExactly("a");
        assertThatThrownBy(() -> batch.check("a", Condition.none())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bytes_areKeptUnchanged() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        try (KeyValueClient<byte[]> raw = KeyValueClient.builder(address(), Codecs.bytes())
                .contentType("image/png")
                .build()) {
            raw.put("raw", all, WriteOptions.defaults());
            assertThat(raw.get("raw")).isEqualTo(all);
            assertThat(raw.list(Query.all()).next().value()).isEqualTo(all);
            assertThat(raw.metadata("raw").contentType()).isEqualTo("image/png");
            assertThat(raw.put("raw", new byte[0])).isEqualTo(all);
            assertThat(raw.metadata("raw").contentType()).isEqualTo("image/png");
            raw.put("raw", all, WriteOptions.defaults().as("text/x"));
            assertThat(raw.metadata("raw").contentType()).isEqualTo("text/x");
        }
        assertThatThrownBy(() -> client.get("raw"))
                .isInstanceOf(ClientException.UnreadableResponse.class)
                .hasMessageContaining("256 bytes");
    }

    @Test
    void put_acceptsTheLongestValueOfTheServer() {
        try (KeyValueClient<byte[]> raw =
                KeyValueClient.builder(address(), Codecs.bytes()).build()) {
            byte[] longest = new byte[16 << 20];
            longest[7] = -1;
            raw.put("a", longest);
            assertThat(raw.put("a", new byte[1])).isEqualTo(longest);
            ClientException.ErrorResponse e = catchThrowableOfType(
                    ClientException.ErrorResponse.class,
                    () -> raw.put("a", new byte[(16 << 20) + 1], WriteOptions.defaults()));
            assertThat(e.status()).isEqualTo(413);
        }
    }

    @Test
    void export_canBeImported() throws IOException {
        client.put("a", "1", WriteOptions.defaults().as("text/x"));
        client.put("b", "2", WriteOptions.defaults());
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        try (Download export = client.export(Query.all(), false)) {
            export.transferTo(rows);
            assertThat(export.revision()).isEqualTo(client.entry("b").metadata().revision());
            assertThat(export.filtered()).isFalse();
        }
        assertThat(rows.toString(StandardCharsets.UTF_8)).contains("\"end\":true");
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (Download export = client.export(Query.all(), true)) {
            export.transferTo(gzip);
        }
        assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.toByteArray())).readAllBytes())
                .isEqualTo(rows.toByteArray());
        client.put("a", "changed", WriteOptions.defaults());
        client.put("c", "3", WriteOptions.defaults());
        assertThat(imported(rows.toByteArray(), ImportMode.SKIP))
                .extracting(ImportResult::skipped)
                .isEqualTo(2L);
        assertThat(imported(rows.toByteArray(), ImportMode.MERGE))
                .extracting(ImportResult::imported)
                .isEqualTo(2L);
        assertThat(client.get("a")).isEqualTo("1");
        assertThat(imported(gzip.toByteArray(), ImportMode.REPLACE))
                .extracting(ImportResult::deleted)
                .isEqualTo(1L);
        assertThat(keys(Query.all())).containsExactly("a", "b");
    }

    private ImportResult imported(byte[] rows, ImportMode mode) {
        return client.importRows(new ByteArrayInputStream(rows), mode);
    }

    @Test
    void import_ofAnInvalidRowCountsTheRowsBeforeIt() {
        byte[] rows = "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"b\"}\n".getBytes(StandardCharsets.UTF_8);
        ClientException.ErrorResponse e =
                catchThrowableOfType(ClientException.ErrorResponse.class, () -> imported(rows, ImportMode.MERGE));
        assertThat(e.status()).isEqualTo(400);
        assertThat(e.problem().detail()).contains("line 2");
        assertThat(e.problem().members()).containsEntry("imported", 1L).containsEntry("skipped", 0L);
    }

    @Test
    void import_ofAFailingStreamHasItsReason() {
        ClientException e = catchThrowableOfType(
                ClientException.class,
                () -> client.importRows(
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw new IOException("the disk has failed");
                            }

                            @Override
                            public int read(byte[] bytes, int offset, int length) throws IOException {
                                return read();
                            }
                        },
                        ImportMode.MERGE));
        assertThat(e).hasStackTraceContaining("the disk has failed");
    }

    @Test
    void admin_operatesOnTheServerAsAWhole() throws IOException {
        client.put("a", "1", WriteOptions.defaults());
        Admin admin = client.admin();
        assertThat(admin.isLive()).isTrue();
        assertThat(admin.notReadyReason()).isNull();
        ServerStats stats = admin.stats();
        assertThat(stats.mode()).isEqualTo("logged");
        assertThat(stats.durability()).isEqualTo("never");
        assertThat(stats.keys()).isEqualTo(1);
        assertThat(stats.epoch()).isNotEmpty();
        assertThat(client.entry("a").etag().text()).isEqualTo('"' + stats.epoch() + '-' + stats.revision() + '"');
        assertThat(stats.cache()).isNull();
        assertThat(stats.writable()).isTrue();
        assertThat(admin.checkpoint()).isEqualTo(stats.revision());
        assertThat(catchThrowableOfType(ClientException.ErrorResponse.class, admin::compact)
                        .status())
                .isEqualTo(501);
        try (Download snapshot = admin.snapshot()) {
            assertThat(snapshot.revision()).isEqualTo(stats.revision());
            assertThat(snapshot.transferTo(new ByteArrayOutputStream())).isPositive();
        }
    }

    @Test
    void admin_ofAnUnreachableServerIsNotLive() {
        try (ScriptedServer silent = new ScriptedServer()) {
            Admin admin = KeyValueClient.ofText(silent.address()).admin();
            assertThat(admin.isLive()).isFalse();
            assertThatThrownBy(admin::notReadyReason).isInstanceOf(ClientException.ConnectionFailed.class);
        }
    }

    @Test
    void download_closedEarlyReleasesItsConnection() throws IOException {
        Batch<String> batch = client.batch();
        String value = "x".repeat(10_000);
        IntStream.range(0, 300).forEach(i -> batch.put("k" + i, value));
        batch.commit();
        Download export = client.export(Query.all(), false);
        assertThat(export.stream().read()).isEqualTo('{');
        export.close();
        assertThatThrownBy(() -> export.stream().readAllBytes()).isInstanceOf(IOException.class);
        assertThat(client.get("k1")).isEqualTo(value);
    }

    @Test
    void response_ofAnotherServerIsUnreadable() {
        try (ScriptedServer other = new ScriptedServer(
                        ScriptedServer.respond(200, "<html>"),
                        ScriptedServer.respond(200, "<html>"),
                        ScriptedServer.respond(404, "<html>", "Content-Type: text/html"));
                KeyValueClient<String> stranger = KeyValueClient.ofText(other.address())) {
            assertThatThrownBy(() -> stranger.put("a", "1", WriteOptions.defaults()))
                    .isInstanceOf(ClientException.UnreadableResponse.class)
                    .hasMessageContaining("ETag");
            assertThatThrownBy(() -> stranger.batch().get("a").commit())
                    .isInstanceOf(ClientException.UnreadableResponse.class);
            assertThatThrownBy(() -> stranger.admin().stats()).isInstanceOf(ClientException.ErrorResponse.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host", "host:80", "http:///a", "http://u:p@host", "http://host?a", "http://host#a"})
    void invalidAddress_isRejected(String address) {
        assertThatThrownBy(() -> KeyValueClient.builder(URI.create(address), Codecs.text()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("u:p");
    }

    @Test
    void address_mayHaveAPath() {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.respond(200, "v"));
                KeyValueClient<String> proxied = KeyValueClient.ofText(URI.create(server.address() + "/store/"))) {
            assertThat(proxied.get("a/b")).isEqualTo("v");
            assertThat(server.targets()).containsExactly("GET /store/keys/a%2Fb");
        }
    }
}
