package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import io.kvstore.testing.TestWatcher;
import io.kvstore.testing.TestWatcher.Event;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the start, the events and the formats of a watch. */
@EveryMode
@Timeout(60)
class WatchTest extends ServedTest {

    private static final String NDJSON = "Accept: application/x-ndjson";

    private TestWatcher watch(String target, String... headers) {
        TestWatcher watcher = TestWatcher.open(server().port(), target, headers);
        assertThat(watcher.status()).isEqualTo(200);
        return watcher;
    }

    private static List<String> brief(TestWatcher watcher, int count) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(watcher.next().brief());
        }
        return events;
    }

    private String epoch() {
        http().put("/keys/epoch", "x");
        String tag = http().get("/keys/epoch").header("ETag");
        return tag.substring(1, 17);
    }

    @Test
    void watch_fromNowOnFirstSendsItsPosition() throws IOException {
        String tag = http().put("/keys/a", "x").header("ETag").replace("\"", "");
        try (TestWatcher now = watch("/watch");
                TestWatcher since = watch("/watch?since=0");
                TestWatcher initial = watch("/watch?initial=true")) {
            assertThat(List.of(now.line(), now.line(), now.line())).containsExactly(": watching", "id: " + tag, "");
            // These requests state their position, or have none until the initial rows are sent.
            assertThat(List.of(since.line(), since.line())).containsExactly(": watching", "");
            assertThat(List.of(initial.line(), initial.line())).containsExactly(": watching", "");
        }
    }

    @Test
    void watch_reportsEveryChangeFromNowOn() {
        http().put("/keys/before", "x");
        try (TestWatcher watcher = watch("/watch")) {
            assertThat(watcher.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(watcher.header("Cache-Control")).isEqualTo("no-store");
            assertThat(watcher.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(watcher.header("Vary")).isEqualTo("Accept");
            assertThat(watcher.header("KV-Revision")).isEqualTo("1");
            Answer put = http().put("/keys/a%2Fb", "\u00e4\n\u0000", "Content-Type: text/x", "KV-TTL: 1h");
            http().request("PUT", "/keys/b", new byte[] {(byte) 0xFF});
            http().request("POST", "/keys/n?op=increment");
            http().request("POST", "/keys/a%2Fb?op=persist");
            http().request("POST", "/keys/b?op=append", new byte[] {1});
            http().request("POST", "/keys/b?op=persist"); // changes nothing
            http().request("DELETE", "/keys/b");
            http().request("DELETE", "/keys/b"); // changes nothing either
            http().put("/keys/last", "x");
            Event first = watcher.next();
            assertThat(first.id()).isEqualTo(put.header("ETag").replace("\"", "") + ".0");
            assertThat(first.kind()).isEqualTo("put");
            assertThat(first.data().get("value").textValue()).isEqualTo("\u00e4\n\u0000");
            assertThat(first.data().get("type").textValue()).isEqualTo("text/x");
            assertThat(first.data().has("expires")).isTrue();
            assertThat(first.brief()).isEqualTo("put a/b 2");
            assertThat(watcher.next().data().get("base64").textValue()).isEqualTo("/w==");
            assertThat(brief(watcher, 3)).containsExactly("put n 4", "put a/b 5", "put b 6");
            Event deleted = watcher.next();
            assertThat(deleted.kind()).isEqualTo("delete");
            assertThat(deleted.data().toString()).isEqualTo("{\"key\":\"b\",\"revision\":7}");
            assertThat(deleted.id()).endsWith("-7.0");
            assertThat(watcher.next().brief()).isEqualTo("put last 8");
        }
    }

    @Test
    void watch_withAPrefixReportsNoOtherKeys() {
        try (TestWatcher watcher = watch("/watch?prefix=a%2F%C3%A4")) {
            for (String key :
                    new String[] {"a", "a/", "a/%C3%A4", "a/%C3%A5", "b", "a/%C3%A4/1", "A/%C3%A4", "a/%C3%A42"}) {
                http().put("/keys/" + key, "x");
            }
            assertThat(brief(watcher, 3)).containsExactly("put a/\u00e4 3", "put a/\u00e4/1 6", "put a/\u00e42 8");
        }
    }

    @Test
    void watch_withoutValuesSendsNoValues() {
        try (TestWatcher watcher = watch("/watch?values=false&initial=true")) {
            assertThat(watcher.next().kind()).isEqualTo("synced");
            http().put("/keys/a", "long", "Content-Type: text/x");
            assertThat(watcher.next().data().toString())
                    .isEqualTo("{\"key\":\"a\",\"revision\":1,\"type\":\"text/x\"}");
        }
        try (TestWatcher watcher = watch("/watch?values=false&initial=true")) {
            assertThat(watcher.next().data().has("value")).isFalse();
        }
    }

    @Test
    void watch_asLinesContainsEventAndIdInTheRow() throws IOException {
        http().put("/keys/a", "1");
        try (TestWatcher watcher = watch("/watch?initial=true", NDJSON)) {
            assertThat(watcher.header("Content-Type")).isEqualTo("application/x-ndjson");
            String id = epochOf("/keys/a");
            assertThat(watcher.line()).isEqualTo("{\"event\":\"put\",\"key\":\"a\",\"value\":\"1\",\"revision\":1}");
            assertThat(watcher.line()).isEqualTo("{\"event\":\"synced\",\"id\":\"" + id + "-1\",\"revision\":1}");
            http().put("/keys/a", "2");
            assertThat(watcher.line())
                    .isEqualTo("{\"event\":\"put\",\"id\":\"" + id
                            + "-2.0\",\"key\":\"a\",\"value\":\"2\",\"revision\":2}");
            http().request("DELETE", "/keys/a");
            assertThat(watcher.line())
                    .isEqualTo("{\"event\":\"delete\",\"id\":\"" + id + "-3.0\",\"key\":\"a\",\"revision\":3}");
        }
    }

    private String epochOf(String target) {
        return http().get(target).header("ETag").substring(1, 17);
    }

    @Test
    void watch_isInTheRequestedFormat() {
        String events = "text/event-stream";
        String lines = "application/x-ndjson";
        Map<String, String> forms = Map.of(
                "*/*", events,
                "application/x-ndjson", lines,
                "Application/X-NDJSON", lines,
                "text/html, application/x-ndjson;q=0.5", lines,
                "text/event-stream, application/x-ndjson", events,
                "text/event-stream;q=0.1, application/x-ndjson", lines,
                "application/x-ndjson;q=0", events,
                "text/plain", events);
        forms.forEach((accept, type) -> assertThat(
                        http().request("HEAD", "/watch", "Accept: " + accept).header("Content-Type"))
                .as(accept)
                .isEqualTo(type));
    }

    @Test
    void expiry_isReportedAsAnExpireEvent() {
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        try (TestWatcher watcher = watch("/watch")) {
            http().put("/keys/a", "x", "KV-TTL: 10s");
            http().put("/keys/b", "x", "KV-TTL: 10s");
            clock.advance(Duration.ofSeconds(10));
            http().put("/keys/b", "y");
            List<Event> events = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                events.add(watcher.next());
            }
            assertThat(events).extracting(Event::revision).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(events)
                    .filteredOn(event -> event.key().equals("a"))
                    .extracting(Event::kind)
                    .containsExactly("put", "expire");
            assertThat(events)
                    .filteredOn(event -> event.key().equals("b"))
                    .extracting(Event::kind)
                    .containsExactly("put", "expire", "put");
        }
    }

    @Test
    void since_replaysTheChangesAfterARevision() {
        for (int i = 1; i <= 5; i++) {
            http().put("/keys/" + i, "x");
        }
        try (TestWatcher watcher = watch("/watch?since=3")) {
            assertThat(watcher.header("KV-Revision")).isEqualTo("3");
            assertThat(brief(watcher, 2)).containsExactly("put 4 4", "put 5 5");
            http().put("/keys/6", "x");
            assertThat(watcher.next().brief()).isEqualTo("put 6 6");
        }
        try (TestWatcher watcher = watch("/watch?since=0&prefix=2")) {
            assertThat(watcher.next().brief()).isEqualTo("put 2 2");
        }
        try (TestWatcher watcher = watch("/watch?since=6")) {
            http().put("/keys/7", "x");
            assertThat(watcher.next().brief()).isEqualTo("put 7 7");
        }
    }

    @Test
    void lastEventId_overridesSinceAndInitial() {
        String epoch = epoch();
        for (int i = 2; i <= 5; i++) {
            http().put("/keys/" + i, "x");
        }
        for (String id : new String[] {epoch + "-3.0", epoch + "-3", "3"}) {
            try (TestWatcher watcher = watch("/watch?since=1&initial=true", "Last-Event-ID: " + id)) {
                assertThat(brief(watcher, 2)).containsExactly("put 4 4", "put 5 5");
            }
        }
        try (TestWatcher watcher = watch("/watch?since=" + epoch + "-4.0&initial=true")) {
            assertThat(watcher.next().brief()).isEqualTo("put 5 5");
        }
    }

    @Test
    void since_outsideTheHistoryIs410() throws IOException {
        String epoch = epoch();
        String other = epoch.charAt(0) == '0' ? "1" + epoch.substring(1) : "0" + epoch.substring(1);
        for (String gone : new String[] {"2", "9223372036854775807", epoch + "-2.0", other + "-1.0", other + "-0"}) {
            for (Answer answer : List.of(
                    http().get("/watch?since=" + gone),
                    http().get("/watch?since=1", "Last-Event-ID: " + gone),
                    http().get("/watch?initial=true&since=" + gone))) {
                assertThat(answer.status()).as(gone).isEqualTo(410);
                assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
                JsonNode problem = answer.json();
                assertThat(problem.get("title").textValue()).isEqualTo("Gone");
                assertThat(problem.get("oldest").longValue()).isZero();
                assertThat(problem.get("revision").longValue()).isEqualTo(1);
            }
            assertThat(http().request("HEAD", "/watch?since=" + gone).status()).isEqualTo(410);
        }
    }

    @Test
    void invalidParameter_is400WithItsName() {
        for (String query : new String[] {
            "since=-1",
            "since=+1",
            "since=x",
            "since=1.0",
            "since=9223372036854775808",
            "since=99999999999999999999",
            "since=%20",
            "since=0123456789abcde-1.0",
            "since=0123456789abcdef-1.",
            "since=0123456789abcdef-.0",
            "since=0123456789ABCDEF-1.0",
            "since=0123456789abcdef-1.-1",
            "since=0123456789abcdef-1.99999999999",
            "since=0123456789abcdef-99999999999999999999.0",
            "since=%220123456789abcdef-1%22",
            "since=",
            "since=1&since=1",
            "initial=yes",
            "initial=",
            "initial=true&initial=true",
            "values=1",
            "values=",
            "prefix=",
            "prefix=%FF",
            "prefix=a&prefix=a",
            "limit=1",
            "Since=1"
        }) {
            Answer answer = http().get("/watch?" + query);
            assertThat(answer.status()).as(query).isEqualTo(400);
            assertThat(answer.text())
                    .contains(query.equals("prefix=%FF") ? "query" : query.substring(0, query.indexOf('=')));
            assertThat(http().request("HEAD", "/watch?" + query).status()).isEqualTo(400);
        }
    }

    @Test
    void prefix_longerThanAKeyIs400() {
        Answer answer = http().get("/watch?prefix=" + "a".repeat(1_025));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("prefix", "1024", "1025");
        assertThat(http().get("/watch?prefix=" + "a".repeat(70_000)).status()).isEqualTo(400);
    }

    @Test
    void malformedLastEventId_is400WithItsName() {
        for (String id : new String[] {"", "x", "-1", "1.0", "0123456789abcdef-1.x", "1, 2"}) {
            Answer answer = http().get("/watch", "Last-Event-ID: " + id);
            assertThat(answer.status()).as(id).isEqualTo(400);
            assertThat(answer.text()).contains("Last-Event-ID");
        }
        assertThat(http().get("/watch", "Last-Event-ID: 0", "Last-Event-ID: 0").status())
                .isEqualTo(400);
        assertThat(http().get("/watch?since=x", "Last-Event-ID: 0").status()).isEqualTo(400);
    }

    @Test
    void head_returnsTheHeadersAndEnds() {
        http().put("/keys/a", "x");
        Answer answer = http().request("HEAD", "/watch?prefix=a");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(answer.header("KV-Revision")).isEqualTo("1");
        assertThat(http().request("OPTIONS", "/watch").header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        assertThat(http().request("POST", "/watch").status()).isEqualTo(405);
        assertThat(http().get("/watch/a").status()).isEqualTo(404);
    }

    @Test
    void initial_sendsTheRowsThenSyncedThenChanges() {
        for (String key : new String[] {"b", "a", "c/2", "c/1"}) {
            http().put("/keys/" + key, key);
        }
        http().put("/keys/a", "again");
        try (TestWatcher watcher = watch("/watch?initial=true")) {
            List<Event> rows = List.of(watcher.next(), watcher.next(), watcher.next(), watcher.next());
            assertThat(rows).extracting(Event::brief).containsExactly("put a 5", "put b 1", "put c/1 4", "put c/2 3");
            assertThat(rows).extracting(Event::id).containsOnlyNulls();
            Event synced = watcher.next();
            assertThat(synced.kind()).isEqualTo("synced");
            assertThat(synced.id()).isEqualTo(epochOf("/keys/a") + "-5");
            assertThat(synced.revision()).isEqualTo(5);
            http().put("/keys/d", "x");
            assertThat(watcher.next().brief()).isEqualTo("put d 6");
            try (TestWatcher resumed = watch("/watch?initial=true", "Last-Event-ID: " + synced.id())) {
                assertThat(resumed.next().brief()).isEqualTo("put d 6");
            }
        }
        try (TestWatcher watcher = watch("/watch?initial=true&prefix=c/")) {
            assertThat(brief(watcher, 3)).containsExactly("put c/1 4", "put c/2 3", "synced");
        }
    }

    @Test
    void initial_ofManyPagesSendsEveryRow() {
        for (int i = 0; i < 1_300; i++) {
            http().put("/keys/" + (10_000 + i), "x");
        }
        try (TestWatcher watcher = watch("/watch?initial=true&values=false")) {
            for (int i = 0; i < 1_300; i++) {
                assertThat(watcher.next().brief()).isEqualTo("put " + (10_000 + i) + " " + (i + 1));
            }
            assertThat(watcher.next().kind()).isEqualTo("synced");
        }
    }

    @Test
    void initial_omitsExpiredKeys() {
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        http().put("/keys/a", "x", "KV-TTL: 10s");
        http().put("/keys/b", "x");
        clock.advance(Duration.ofSeconds(10));
        try (TestWatcher watcher = watch("/watch?initial=true")) {
            assertThat(brief(watcher, 2)).containsExactly("put b 2", "synced");
        }
    }

    @Test
    void watch_resumesAfterARestart() {
        assumeTrue(persistent(), "mode memory keeps nothing");
        http().put("/keys/a", "x");
        String id;
        try (TestWatcher watcher = watch("/watch?since=0")) {
            watcher.next();
            id = watcher.lastId();
        }
        http().put("/keys/b", "x");
        restart();
        http().put("/keys/c", "x");
        try (TestWatcher watcher = watch("/watch", "Last-Event-ID: " + id)) {
            assertThat(brief(watcher, 2)).containsExactly("put b 2", "put c 3");
        }
    }

    @Test
    void watch_ofALostStoreIs410() {
        assumeTrue(!persistent(), "the other modes keep everything");
        String id = epoch() + "-1.0";
        restart();
        http().put("/keys/a", "x");
        assertThat(http().get("/watch", "Last-Event-ID: " + id).status()).isEqualTo(410);
        try (TestWatcher watcher = watch("/watch?since=0")) {
            assertThat(watcher.next().brief()).isEqualTo("put a 1");
        }
    }

    @Test
    void stop_endsTheStream() {
        try (TestWatcher watcher = watch("/watch?since=0");
                TestWatcher lines = watch("/watch", NDJSON)) {
            http().put("/keys/a", "x");
            assertThat(watcher.next().brief()).isEqualTo("put a 1");
            restart();
            assertThat(watcher.next()).isNull();
            assertThat(lines.isCut()).isFalse();
        }
    }
}
