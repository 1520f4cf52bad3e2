package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testing.EveryMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections: when they are kept and closed, and malformed input. */
@EveryMode
class ConnectionTest extends ServedTest {

    @Test
    void connection_isKeptAfterEveryKindOfResponse() {
        RawHttp http = http();
        for (int round = 0; round < 3; round++) {
            String tag = http.put("/keys/a", "x").header("ETag");
            assertThat(http.get("/keys/a").status()).isEqualTo(200);
            assertThat(http.request("HEAD", "/keys/a").status()).isEqualTo(200);
            assertThat(http.get("/keys/a", "If-None-Match: " + tag).status()).isEqualTo(304);
            assertThat(http.get("/keys/a", "If-Match: \"x\"").status()).isEqualTo(412);
            assertThat(http.get("/keys/none").status()).isEqualTo(404);
            assertThat(http.request("HEAD", "/keys/none").status()).isEqualTo(404);
            assertThat(http.put("/keys/a?x", "unread").status()).isEqualTo(400);
            assertThat(http.request("PATCH", "/keys/a", new byte[10_000]).status())
                    .isEqualTo(405);
            assertThat(http.request("OPTIONS", "/keys/a").status()).isEqualTo(204);
            assertThat(http.get("/keys").complete()).isTrue();
            assertThat(http.request("HEAD", "/keys").status()).isEqualTo(200);
            assertThat(http.put("/keys/empty", "").status()).isLessThan(300);
            assertThat(http.get("/keys/empty").status()).isEqualTo(200);
            assertThat(http.request("DELETE", "/keys/a", new byte[100]).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void connection_answersPipelinedRequestsInOrder() {
        RawHttp http = http();
        http.send("PUT /keys/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1"
                + "GET /keys/a HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "DELETE /keys/a HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "GET /keys/a HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(http.answer().status()).isEqualTo(201);
        assertThat(http.answer().text()).isEqualTo("1");
        assertThat(http.answer().status()).isEqualTo(200);
        assertThat(http.answer().status()).isEqualTo(404);
    }

    @Test
    void connection_isClosedIfTheClientAsks() {
        assertThat(http().get("/livez", "Connection: close").text()).isEqualTo("ok");
        assertThat(http().isClosedByServer()).isTrue();
        try (RawHttp old = connect()) {
            assertThat(old.send("GET /livez HTTP/1.0\r\n\r\n").answer().text()).isEqualTo("ok");
            assertThat(old.isClosedByServer()).isTrue();
        }
    }

    @Test
    void rejection_ofALongBodyReachesItsSender() {
        byte[] body = new byte[900_000];
        Answer answer = http().request("PATCH", "/keys/a", body);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(http().get("/livez").text()).as("the connection is kept").isEqualTo("ok");
    }

    @Test
    void rejection_ofAnEvenLongerBodyAnnouncesThatTheConnectionCloses() {
        http().head("PATCH /keys/a HTTP/1.1", "Content-Length: 90000000");
        http().send(new byte[90_000_000]);
        Answer answer = http().answer();
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(http().isClosedByServer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: y\r\n", "Content-Length: 1\r\nX: y\r\n"})
    void trailers_areNotPartOfAValue(String trailers) {
        try (RawHttp other = connect()) {
            other.head("PUT /keys/a HTTP/1.1", "Transfer-Encoding: chunked", "Trailer: X");
            other.send("1\r\nv\r\n0\r\n" + trailers + "\r\n").finish();
            boolean stored = other.rest().startsWith("HTTP/1.1 201");
            if (stored) {
                assertThat(http().get("/keys/a").text()).isEqualTo("v");
            } else { // the JDK's server closes the connection
                assertThat(http().get("/keys/a").status()).isEqualTo(404);
            }
        }
        assertThat(http().get("/livez").text()).isEqualTo("ok");
    }

    @Test
    void garbage_doesNotAffectOtherConnections() {
        for (String garbage : new String[] {
            "\r\n\r\n\r\n",
            "GET\r\n\r\n",
            "GET /livez\r\n\r\n",
            "\u0000\u0001\u0002\r\n\r\n",
            "GET /keys/%zz HTTP/1.1\r\n\r\n",
            "PUT /keys/a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
            "PUT /keys/a HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
            "PUT /keys/a HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nx",
            "OPTIONS * HTTP/1.1\r\n\r\n",
            "CONNECT localhost:1 HTTP/1.1\r\n\r\n",
            "GET /livez HTTP/1.1\r\n: no name\r\n\r\n",
            "GET /livez HTTP/1.1\r\n" + "X: y\r\n".repeat(300) + "\r\n"
        }) {
            try (RawHttp stranger = connect()) {
                // Some of it never reaches this project: the HTTP server responds itself, or only closes the
                // connection.
                String answer = stranger.send(garbage).finish().rest();
                assertThat(answer).as(garbage).doesNotContain("\tat ");
            }
            assertThat(http().get("/livez").text()).isEqualTo("ok");
        }
        assertThat(http().request("HEAD", "/keys").header("KV-Count")).isEqualTo("0");
    }
}
