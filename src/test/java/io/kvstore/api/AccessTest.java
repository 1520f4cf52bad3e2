package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.TestJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests what a token permits to read and write, and that errors reveal nothing else. */
@EveryMode
class AccessTest extends GuardedTest {

    private static final String JSON = "Content-Type: application/json";
    private static final String NDJSON = "Accept: application/x-ndjson";

    @BeforeEach
    void fill() {
        for (String key : List.of("a", "a/1", "a/2", "a0", "b/1", "c/1", "c/2", "shared/1")) {
            put(key);
        }
    }

    private static String basic(String user, String password) {
        byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(both);
    }

    @Test
    void token_isSentAsBearerOrAsThePasswordOfBasic() {
        String token = token("a");
        for (String good : new String[] {
            "Authorization: Bearer " + token,
            "authorization: bearer   " + token + " ",
            basic("a", token),
            basic("", token),
            basic("other", token).replace("Basic", "BASIC")
        }) {
            assertThat(http().get("/keys/a/1", good).status()).as(good).isEqualTo(200);
        }
        for (String bad : new String[] {
            "Authorization: " + token,
            "Authorization: Bearer",
            "Authorization: Bearer " + token + " x",
            "Authorization: Basic " + token,
            "Authorization: Basic " + Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)),
            "Authorization: Basic !!",
            basic(token, ""),
            basic("a", ":" + token),
            "X-Token: " + token
        }) {
            Answer answer = http().get("/keys/a/1", bad);
            assertThat(answer.status()).as(bad).isEqualTo(401);
            assertThat(answer.toString()).doesNotContain(token);
        }
        assertThat(http().get("/keys/a/1", as("a"), as("a")).status()).isEqualTo(401);
        assertThat(http().request("HEAD", "/keys/a/1").status()).isEqualTo(401);
    }

    @Test
    void forbiddenKey_isReportedAlikeWhetherItExistsOrNot() {
        String tag = get("admin", "/keys/b/1").header("ETag");
        for (String[] request : new String[][] {
            {"GET"},
            {"GET", "If-None-Match: *"},
            {"GET", "If-None-Match: " + tag},
            {"GET", "If-Match: " + tag},
            {"GET", "Range: bytes=0-3"},
            {"HEAD"},
            {"PUT"},
            {"PUT", "If-None-Match: *"},
            {"PUT", "If-Match: *"},
            {"PUT", "If-Match: " + tag},
            {"PUT", "Content-Encoding: gzip"},
            {"DELETE"},
            {"DELETE", "If-Match: " + tag},
            {"POST ?op=increment"},
            {"POST ?op=append"},
            {"POST ?op=persist"},
            {"POST ?op=touch&ttl=1"},
            {"POST ?op=nonsense"}
        }) {
            String[] method = request[0].split(" ", -1);
            String query = method.length > 1 ? method[1] : "";
            String[] headers = List.of(request).subList(1, request.length).toArray(String[]::new);
            String existing = comparable(send("a", method[0], "/keys/b/1" + query, "", headers));
            String missing = comparable(send("a", method[0], "/keys/b/2" + query, "", headers));
            assertThat(existing)
                    .as(String.join(" ", request))
                    .startsWith("403 ")
                    .doesNotContainIgnoringCase("ETag", "Revision");
            assertThat(missing.replace("b/2", "b/1"))
                    .as(String.join(" ", request))
                    .isEqualTo(existing);
        }
        assertThat(get("admin", "/keys/b/1").header("ETag")).isEqualTo(tag);
        assertThat(get("admin", "/keys/b/2").status()).isEqualTo(404);
    }

    /** Returns a response as text, without the headers that differ in every response. */
    private static String comparable(Answer answer) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(answer.headers());
        headers.remove("Date");
        headers.remove("X-Request-Id");
        return answer.status() + " " + headers + " " + answer.text();
    }

    @Test
    void permittedKey_isReadOrWrittenAsItsRuleAllows() {
        assertThat(get("a", "/keys/shared/1").status()).isEqualTo(200);
        assertThat(get("a", "/keys/shared/2").status()).isEqualTo(404);
        assertThat(send("a", "PUT", "/keys/shared/1", "x").status()).isEqualTo(403);
        assertThat(send("a", "PUT", "/keys/shared/1", "x", "If-Match: \"none\"").status())
                .as("not 412, though reading it is allowed")
                .isEqualTo(403);
        assertThat(send("a", "PUT", "/keys/a%2F3", "x").status()).isEqualTo(201);
        for (String path : new String[] {"a", "a0", "A/1", "a//..", "%61", "a%2E"}) {
            boolean permitted = path.startsWith("a/");
            assertThat(send("a", "PUT", "/keys/" + path, "x").status()).as(path).isEqualTo(permitted ? 201 : 403);
        }
        assertThat(send("writer", "PUT", "/keys/any", "x").status()).isEqualTo(201);
        assertThat(send("reader", "PUT", "/keys/any", "x").status()).isEqualTo(403);
        assertThat(get("reader", "/keys/any").status()).isEqualTo(200);
    }

    @Test
    void forbiddenPut_doesNotWaitForItsBody() {
        try (RawHttp http = connect()) {
            Answer answer = http.head("PUT /keys/b/1 HTTP/1.1", as("a"), "Content-Length: 1000000")
                    .answer();
            assertThat(answer.status()).isEqualTo(403);
        }
    }

    private List<String> listed(String who, String query) throws IOException {
        Answer answer = get(who, "/keys?values=false" + query);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return TestJson.strings(answer.body());
    }

    @Test
    void listing_containsOnlyReadableKeys() throws IOException {
        for (String[] each : new String[][] {
            {"", "a/1 a/2 c/1 c/2"},
            {"&reverse=true", "c/2 c/1 a/2 a/1"},
            {"&limit=3", "a/1 a/2 c/1"},
            {"&limit=3&reverse=true", "c/2 c/1 a/2"},
            {"&start=a/2", "a/2 c/1 c/2"},
            {"&start=a/2&end=c/2", "a/2 c/1"},
            {"&prefix=a", "a/1 a/2"},
            {"&regex=1", "a/1 c/1"},
            {"&regex=b", ""},
            {"&start=c&end=b", ""}
        }) {
            List<String> keys = each[1].isEmpty() ? List.of() : List.of(each[1].split(" ", -1));
            assertThat(listed("ac", each[0])).as(each[0]).isEqualTo(keys);
            JsonNode pairs = get("ac", "/keys?values=true" + each[0]).json();
            List<String> names = new ArrayList<>();
            pairs.fieldNames().forEachRemaining(names::add);
            assertThat(names).as(each[0]).isEqualTo(keys);
            Answer lines = get("ac", "/keys?values=false" + each[0], NDJSON);
            assertThat(lines.text().lines().count()).isEqualTo(keys.size() + 1L);
            if (!each[0].contains("limit") && !each[0].contains("reverse")) {
                assertThat(get("ac", "/keys?count=true" + each[0]).text()).isEqualTo("{\"count\":" + keys.size() + "}");
                Answer head = send("ac", "HEAD", "/keys?values=true" + each[0], "");
                assertThat(head.header("KV-Count")).isEqualTo(Integer.toString(keys.size()));
            }
        }
        assertThat(get("reader", "/keys?count=true").text()).isEqualTo("{\"count\":8}");
    }

    @Test
    void listing_reportsThatKeysAreFilteredOut() {
        for (String target : new String[] {
            "/keys", "/keys?count=true", "/keys?prefix=a", "/keys?limit=1", "/keys?regex=b", "/keys?start=b", "/export"
        }) {
            assertThat(get("ac", target).header("KV-Filtered")).as(target).isEqualTo("true");
            assertThat(send("ac", "HEAD", target, "").header("KV-Filtered"))
                    .as(target)
                    .isEqualTo("true");
            assertThat(get("reader", target).header("KV-Filtered")).as(target).isNull();
        }
        for (String target : new String[] {
            "/keys?prefix=a/",
            "/keys?prefix=c/&count=true",
            "/keys?start=a/1&end=a/9",
            "/export?prefix=c/1",
            "/keys?start=c&end=b"
        }) {
            Answer answer = get("ac", target);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("KV-Filtered")).as(target).isNull();
        }
        for (String target : new String[] {
            "/keys?prefix=b/",
            "/keys?prefix=nothing",
            "/keys?start=b&end=c&count=true",
            "/export?prefix=b/",
            "/keys?end=a/"
        }) {
            assertThat(get("ac", target).status()).as(target).isEqualTo(403);
        }
    }

    @Test
    void paging_continuesFromPrefixToPrefix() throws IOException {
        for (String direction : new String[] {"", "&reverse=true"}) {
            List<String> found = new ArrayList<>();
            String cursor = "";
            while (cursor != null) {
                Answer page = get("ac", "/keys?values=false&limit=1" + direction + cursor);
                found.addAll(TestJson.strings(page.body()));
                String next = page.header("KV-Next-Cursor");
                cursor = next == null ? null : "&cursor=" + next;
            }
            assertThat(found).containsExactlyElementsOf(listed("ac", direction));
        }
        String foreign = get("reader", "/keys?values=false&limit=5&start=a0").header("KV-Next-Cursor");
        assertThat(foreign).isNull();
        String middle = get("reader", "/keys?values=false&limit=1&start=b/1").header("KV-Next-Cursor");
        assertThat(listed("ac", "&cursor=" + middle)).as("after b/1").containsExactly("c/1", "c/2");
    }

    @Test
    void export_containsOnlyReadableKeys() throws IOException {
        List<String> keys = new ArrayList<>();
        for (String line : get("a", "/export").text().lines().toList()) {
            JsonNode row = TestJson.parse(line);
            keys.add(row.path("key").asText("end of " + row.path("count")));
        }
        assertThat(keys).containsExactly("a/1", "a/2", "shared/1", "end of 3");
    }

    @Test
    void bulkDeletion_requiresWriteAccessToAllSelectedKeys() {
        for (String query : new String[] {
            "all=true",
            "prefix=a",
            "prefix=b/",
            "prefix=shared/",
            "regex=%5Ea/",
            "start=a/&end=a1",
            "end=b",
            "start=a/1"
        }) {
            assertThat(send("a", "DELETE", "/keys?" + query, "").status())
                    .as(query)
                    .isEqualTo(403);
        }
        assertThat(get("admin", "/keys?count=true").text()).isEqualTo("{\"count\":8}");
        assertThat(send("a", "DELETE", "/keys?prefix=a/1", "").text()).startsWith("{\"deleted\":1,");
        assertThat(send("a", "DELETE", "/keys?start=a/&end=a/9&regex=2", "").text())
                .startsWith("{\"deleted\":1,");
        assertThat(send("writer", "DELETE", "/keys?all=true", "").text()).startsWith("{\"deleted\":6,");
    }

    private Answer batch(String who, String... ops) {
        return send(who, "POST", "/batch", "{\"ops\":[" + String.join(",", ops) + "]}", JSON);
    }

    @Test
    void batch_isForbiddenIfAnyOperationIs() {
        String good = "{\"op\":\"put\",\"key\":\"a/9\",\"value\":\"x\"}";
        for (String key : new String[] {"b/1", "b/2"}) {
            for (String op : new String[] {
                "\"put\",\"value\":\"x\"",
                "\"put\",\"value\":\"x\",\"if_none_match\":\"*\"",
                "\"delete\"",
                "\"delete\",\"if_match\":\"*\"",
                "\"increment\"",
                "\"append\",\"value\":\"x\"",
                "\"touch\",\"ttl\":1",
                "\"persist\"",
                "\"get\"",
                "\"check\",\"exists\":true",
                "\"check\",\"exists\":false"
            }) {
                Answer answer = batch("a", good, "{\"key\":\"" + key + "\",\"op\":" + op + "}");
                assertThat(answer.status()).as(op + " " + key).isEqualTo(403);
                assertThat(answer.text()).contains("ops[1]").contains(key).doesNotContain("failures", "etag");
                assertThat(answer.header("KV-Revision")).isNull();
            }
        }
        assertThat(get("a", "/keys/a/9").status()).isEqualTo(404);
        String get = "{\"op\":\"get\",\"key\":\"shared/1\"}";
        String check = "{\"op\":\"check\",\"key\":\"shared/1\",\"exists\":true}";
        assertThat(batch("a", good, get, check).status()).isEqualTo(200);
        assertThat(batch("a", "{\"op\":\"persist\",\"key\":\"shared/1\"}").status())
                .isEqualTo(403);
    }

    @Test
    void import_stopsAtAForbiddenRow() throws IOException {
        String rows =
                "{\"key\":\"a/8\",\"value\":\"x\"}\n{\"key\":\"b/1\",\"value\":\"x\"}\n{\"key\":\"a/9\",\"value\":\"x\"}\n";
        String tag = get("admin", "/keys/b/1").header("ETag");
        for (String mode : new String[] {"merge", "skip"}) {
            Answer answer = send("a", "POST", "/import?mode=" + mode, rows);
            assertThat(answer.status()).isEqualTo(403);
            JsonNode problem = answer.json();
            assertThat(problem.get("detail").textValue()).startsWith("line 2");
            assertThat(problem.get("key").textValue()).isEqualTo("b/1");
            assertThat(problem.get("imported").intValue()
                            + problem.get("skipped").intValue())
                    .isEqualTo(1);
        }
        assertThat(get("a", "/keys/a/8").status()).isEqualTo(200);
        assertThat(get("a", "/keys/a/9").status()).isEqualTo(404);
        assertThat(get("admin", "/keys/b/1").header("ETag")).isEqualTo(tag);
    }

    @Test
    void importWithReplace_requiresWriteAccessToAllKeys() {
        String row = "{\"key\":\"a/8\",\"value\":\"x\"}\n";
        assertThat(send("a", "POST", "/import?mode=replace", row).status()).isEqualTo(403);
        assertThat(get("admin", "/keys?count=true").text()).isEqualTo("{\"count\":8}");
        assertThat(send("writer", "POST", "/import?mode=replace", row).status()).isEqualTo(200);
        assertThat(get("admin", "/keys?count=true").text()).isEqualTo("{\"count\":1}");
    }

    @Test
    void responses_containNoToken() {
        String all = get("reader", "/stats").text()
                + get("admin", "/").text()
                + get("a", "/keys/b/1")
                + http().get("/keys", "Authorization: Bearer " + token("a") + "x");
        for (String who : new String[] {"a", "reader", "admin"}) {
            assertThat(all).doesNotContain(token(who));
        }
    }

    @Test
    void console_isPublicButItsDataIsNot() {
        String page = "Accept: text/html";
        assertThat(http().get("/", page).status()).isEqualTo(200);
        assertThat(http().get("/console/main.js").status()).isEqualTo(200);
        assertThat(http().request("HEAD", "/", page).status()).isEqualTo(200);
        assertThat(http().get("/").status()).isEqualTo(401);
        assertThat(http().get("/console/none.js").status()).isEqualTo(401);
        assertThat(http().get("/keys", page).status()).isEqualTo(401);
    }

    @Test
    void scriptRequest_causesNoPasswordDialog() {
        Answer script = http().get("/keys", "Sec-Fetch-Dest: empty");
        assertThat(script.status()).isEqualTo(401);
        assertThat(script.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"kvstore\"");
        Answer person = http().get("/keys", "Sec-Fetch-Dest: document");
        assertThat(person.header("WWW-Authenticate")).contains("Basic ");
    }
}
