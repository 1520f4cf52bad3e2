package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.http.HttpDate;
import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the methods and the conditions of requests for one key. */
@EveryMode
class KeyTest extends ServedTest {

    private static final String UNKNOWN_TAG = "\"0123456789abcdef-1\"";

    private void assert412(Answer answer, String tag, long revision) {
        assertThat(answer.status()).isEqualTo(412);
        assertThat(answer.header("ETag")).isEqualTo(tag);
        assertThat(answer.revision()).isEqualTo(revision);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void put_createsThenReplaces() {
        Answer created = http().put("/keys/a", "one");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body()).isEmpty();
        assertThat(created.header("Content-Length")).isEqualTo("0");
        assertThat(created.revision()).isEqualTo(1);
        assertThat(created.header("ETag")).matches("\"[0-9a-f]{16}-1\"");

        Answer replaced = http().put("/keys/a", "two");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.body()).isEmpty();
        assertThat(replaced.revision()).isEqualTo(2);
        assertThat(replaced.header("ETag")).isEqualTo(created.header("ETag").replace("-1\"", "-2\""));
        assertThat(http().get("/keys/a").text()).isEqualTo("two");
    }

    @Test
    void get_returnsTheValueAndItsMetadata() {
        Answer put = http().put("/keys/a", "text", "Content-Type: text/html");
        http().put("/keys/b", "later");
        Answer got = http().get("/keys/a");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.text()).isEqualTo("text");
        assertThat(got.header("Content-Type")).isEqualTo("text/html");
        assertThat(got.header("Content-Length")).isEqualTo("4");
        assertThat(got.header("ETag")).isEqualTo(put.header("ETag"));
        assertThat(got.revision()).isEqualTo(1);
        assertThat(got.header("Last-Modified"))
                .matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
        assertThat(got.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(got.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(got.header("Content-Security-Policy")).isEqualTo("sandbox");
        assertThat(got.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(got.header("KV-TTL")).isNull();
    }

    @Test
    void get_ofAnAbsentKeyIs404WithTheRevisionOfTheStore() {
        http().put("/keys/a", "one");
        Answer missing = http().get("/keys/b");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.revision()).isEqualTo(1);
        assertThat(missing.header("ETag")).isNull();
        assertThat(missing.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(missing.text())
                .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                        + "\"detail\":\"there is no such key\",\"key\":\"b\"}");
    }

    @Test
    void head_returnsTheHeadersOfGet() {
        http().put("/keys/a", "five!");
        Answer got = http().get("/keys/a", "X-Request-Id: 1");
        Answer head = http().request("HEAD", "/keys/a", "X-Request-Id: 1");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("5");
        got.headers().remove("Date");
        head.headers().remove("Date");
        assertThat(head.headers()).isEqualTo(got.headers());
        assertThat(http().get("/livez").text())
                .as("the connection stays usable")
                .isEqualTo("ok");
    }

    @Test
    void head_ofAnErrorHasNoBody() {
        Answer missing = http().request("HEAD", "/keys/none");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(http().get("/livez").text())
                .as("the connection stays usable")
                .isEqualTo("ok");
    }

    @Test
    void delete_removesTheKeyAndReturnsItsRevision() {
        http().put("/keys/a", "one");
        http().put("/keys/b", "one");
        Answer deleted = http().request("DELETE", "/keys/a");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.revision()).isEqualTo(3);
        assertThat(deleted.body()).isEmpty();
        Answer again = http().request("DELETE", "/keys/a");
        assertThat(again.status()).isEqualTo(404);
        assertThat(again.revision()).isEqualTo(3);
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
        assertThat(http().put("/keys/a", "anew").status()).isEqualTo(201);
    }

    @Test
    void options_listsTheMethods() {
        Answer options = http().request("OPTIONS", "/keys/a");
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).isEqualTo("GET, HEAD, PUT, POST, DELETE, OPTIONS");
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATCH", "TRACE", "get", "put", "FOO"})
    void otherMethods_are405WithAllow(String method) {
        Answer answer = http().request(method, "/keys/a", new byte[] {'x'});
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, PUT, POST, DELETE, OPTIONS");
        assertThat(answer.text()).contains("'" + method + "'");
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ttl=0", "x", "=", "op=increment", "values=false", "&", "ttl", "a=%zz", "%ff=1"})
    void query_is400(String query) {
        for (String method : new String[] {"GET", "HEAD", "DELETE", "OPTIONS"}) {
            try (RawHttp fresh = connect()) {
                assertThat(fresh.request(method, "/keys/a?" + query).status())
                        .as(method)
                        .isEqualTo(400);
            }
        }
        try (RawHttp fresh = connect()) {
            assertThat(fresh.put("/keys/a?" + query, "x").status()).isEqualTo(400);
        }
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @Test
    void unknownParameter_isNamed() {
        assertThat(http().get("/keys/a?limt=1").text()).contains("'limt'");
        assertThat(http().get("/keys/a?%C3%A4%2Bb=1").text()).contains("unknown query parameter '?+b'");
    }

    @Test
    void emptyQuery_isAccepted() {
        assertThat(http().put("/keys/a?", "x").status()).isEqualTo(201);
        assertThat(http().get("/keys/a").text()).isEqualTo("x");
    }

    @Test
    void put_ifNoneMatchAnyOnlyCreates() {
        Answer created = http().put("/keys/a", "one", "If-None-Match: *");
        assertThat(created.status()).isEqualTo(201);
        assert412(http().put("/keys/a", "two", "If-None-Match: *"), created.header("ETag"), 1);
        assertThat(http().get("/keys/a").text()).isEqualTo("one");
    }

    @Test
    void put_ifNoneMatchReplacesAnyOtherVersion() {
        String tag = http().put("/keys/a", "one").header("ETag");
        assert412(http().put("/keys/a", "two", "If-None-Match: " + tag), tag, 1);
        assert412(http().put("/keys/a", "two", "If-None-Match: W/" + tag), tag, 1);
        assertThat(http().put("/keys/a", "two", "If-None-Match: " + UNKNOWN_TAG).status())
                .isEqualTo(200);
    }

    @Test
    void put_ifMatchReplacesThatVersionOnly() {
        String first = http().put("/keys/a", "one").header("ETag");
        Answer second = http().put("/keys/a", "two", "If-Match: " + first);
        assertThat(second.status()).isEqualTo(200);
        assert412(http().put("/keys/a", "three", "If-Match: " + first), second.header("ETag"), 2);
        assertThat(http().get("/keys/a").text()).isEqualTo("two");
    }

    @Test
    void put_ifMatchOfAnAbsentKeyIs412() {
        http().put("/keys/b", "one");
        assert412(http().put("/keys/a", "x", "If-Match: *"), null, 1);
        assert412(http().put("/keys/a", "x", "If-Match: " + UNKNOWN_TAG), null, 1);
        assertThat(http().get("/keys/a").status()).isEqualTo(404);
    }

    @Test
    void ifMatch_acceptsListsAndAny() {
        String tag = http().put("/keys/a", "one").header("ETag");
        tag = http().put("/keys/a", "two", "If-Match: " + UNKNOWN_TAG + " ,, \"x,y\" , " + tag)
                .header("ETag");
        assertThat(tag).isNotNull();
        tag = http().put("/keys/a", "three", "If-Match: " + UNKNOWN_TAG, "If-Match: " + tag)
                .header("ETag");
        assertThat(tag).isNotNull();
        assertThat(http().put("/keys/a", "four", "If-Match: *").status()).isEqualTo(200);
    }

    @Test
    void ifMatch_neverMatchesAWeakTag() {
        String tag = http().put("/keys/a", "one").header("ETag");
        assert412(http().put("/keys/a", "two", "If-Match: W/" + tag), tag, 1);
        assert412(http().get("/keys/a", "If-Match: W/" + tag), tag, 1);
        assert412(http().request("DELETE", "/keys/a", "If-Match: W/" + tag), tag, 1);
    }

    @Test
    void conditions_areEvaluatedTogether() {
        String tag = http().put("/keys/a", "one").header("ETag");
        assert412(http().put("/keys/a", "two", "If-Match: " + tag, "If-None-Match: *"), tag, 1);
        assertThat(http().put("/keys/a", "two", "If-Match: " + tag, "If-None-Match: " + UNKNOWN_TAG)
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "\"open", "\"a\" \"b\"", "", ",", "*, \"a\"", "w/\"a\"", "\"a b\""})
    void malformedConditions_are400(String tags) {
        for (String header : new String[] {"If-Match: ", "If-None-Match: "}) {
            assertThat(http().get("/keys/a").status()).isEqualTo(404);
            assertThat(http().put("/keys/a", "x", header + tags).status()).isEqualTo(400);
            assertThat(http().request("DELETE", "/keys/a", header + tags).status())
                    .isEqualTo(400);
        }
        http().put("/keys/b", "x");
        assertThat(http().get("/keys/b", "If-Match: " + tags).status()).isEqualTo(400);
    }

    @Test
    void writes_withIfUnmodifiedSinceAre400() {
        String far = "If-Unmodified-Since: Fri, 31 Dec 2100 23:59:59 GMT";
        String tag = http().put("/keys/a", "one").header("ETag");
        assertThat(http().put("/keys/a", "two", far).status()).isEqualTo(400);
        assertThat(http().put("/keys/a", "two", far, "If-Match: " + tag).status())
                .isEqualTo(400);
        assertThat(http().request("DELETE", "/keys/a", far).status()).isEqualTo(400);
        assertThat(http().get("/keys/a").text()).isEqualTo("one");
    }

    @Test
    void delete_evaluatesIfMatch() {
        String tag = http().put("/keys/a", "one").header("ETag");
        assert412(http().request("DELETE", "/keys/a", "If-Match: " + UNKNOWN_TAG), tag, 1);
        assertThat(http().request("DELETE", "/keys/none", "If-Match: " + tag).status())
                .isEqualTo(404);
        assertThat(http().request("DELETE", "/keys/none", "If-Match: *").status())
                .isEqualTo(404);
        assert412(http().request("DELETE", "/keys/a", "If-None-Match: *"), tag, 1);
        assertThat(http().request("DELETE", "/keys/a", "If-Match: " + tag).status())
                .isEqualTo(200);
    }

    @Test
    void get_evaluatesIfNoneMatch() {
        String tag = http().put("/keys/a", "one").header("ETag");
        for (String method : new String[] {"GET", "HEAD"}) {
            for (String tags : new String[] {tag, "W/" + tag, "*", UNKNOWN_TAG + ", " + tag}) {
                Answer same = http().request(method, "/keys/a", "If-None-Match: " + tags);
                assertThat(same.status()).isEqualTo(304);
                assertThat(same.header("ETag")).isEqualTo(tag);
                assertThat(same.revision()).isEqualTo(1);
                assertThat(same.header("Cache-Control")).isEqualTo("no-cache");
            }
        }
        assertThat(http().get("/keys/a", "If-None-Match: " + UNKNOWN_TAG).text())
                .isEqualTo("one");
        assertThat(http().get("/keys/none", "If-None-Match: *").status()).isEqualTo(404);
    }

    @Test
    void get_evaluatesIfMatch() {
        String tag = http().put("/keys/a", "one").header("ETag");
        assertThat(http().get("/keys/a", "If-Match: " + tag).text()).isEqualTo("one");
        assertThat(http().get("/keys/a", "If-Match: *").text()).isEqualTo("one");
        assert412(http().get("/keys/a", "If-Match: " + UNKNOWN_TAG), tag, 1);
        assertThat(http().get("/keys/none", "If-Match: *").status()).isEqualTo(404);
    }

    @Test
    void dateCondition_neverHidesAChangeOfTheSameSecond() {
        for (int i = 0; i < 20; i++) {
            http().put("/keys/a", "first " + i);
            Answer first = http().get("/keys/a");
            http().put("/keys/a", "second " + i);
            for (String date : List.of(first.header("Last-Modified"), first.header("Date"))) {
                assertThat(http().get("/keys/a", "If-Modified-Since: " + date).text())
                        .isEqualTo("second " + i);
                assertThat(http().get("/keys/a", "If-Unmodified-Since: " + date).status())
                        .isEqualTo(412);
                assertThat(http().get("/keys/a", "Range: bytes=0-0", "If-Range: " + date)
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    /** Returns a date that matches a value stored just now: a date of the same second matches none. */
    private static String aSecondLater() {
        return HttpDate.format(System.currentTimeMillis() + 1_000);
    }

    @Test
    void get_evaluatesIfModifiedSince() {
        String tag = http().put("/keys/a", "one").header("ETag");
        String stored = aSecondLater();
        assertThat(http().get("/keys/a", "If-Modified-Since: " + stored).status())
                .isEqualTo(304);
        assertThat(http().request("HEAD", "/keys/a", "If-Modified-Since: " + stored)
                        .status())
                .isEqualTo(304);
        for (String future : new String[] {
            "Thu, 31 Dec 2099 23:59:59 GMT", "Thursday, 31-Dec-65 23:59:59 GMT", "Thu Dec 31 23:59:59 2099"
        }) {
            assertThat(http().get("/keys/a", "If-Modified-Since: " + future).status())
                    .as(future)
                    .isEqualTo(304);
        }
        for (String past : new String[] {
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "no date"
        }) {
            assertThat(http().get("/keys/a", "If-Modified-Since: " + past).status())
                    .as(past)
                    .isEqualTo(200);
        }
        assertThat(http().get("/keys/a", "If-Modified-Since: " + stored, "If-None-Match: " + UNKNOWN_TAG)
                        .status())
                .as("If-None-Match takes precedence")
                .isEqualTo(200);
        assertThat(http().put("/keys/a", "two", "If-Modified-Since: " + stored).status())
                .isEqualTo(200);
        assertThat(tag).isNotEqualTo(http().get("/keys/a").header("ETag"));
    }

    @Test
    void get_evaluatesIfUnmodifiedSince() {
        String tag = http().put("/keys/a", "one").header("ETag");
        String stored = aSecondLater();
        assertThat(http().get("/keys/a", "If-Unmodified-Since: " + stored).status())
                .isEqualTo(200);
        assert412(http().get("/keys/a", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT"), tag, 1);
        assertThat(http().get("/keys/a", "If-Unmodified-Since: Sun Nov  6 08:49:37 1994", "If-Match: " + tag)
                        .status())
                .as("If-Match takes precedence")
                .isEqualTo(200);
        assertThat(http().get("/keys/a", "If-Unmodified-Since: yesterday").status())
                .isEqualTo(200);
    }
}
