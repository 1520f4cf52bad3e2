package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.store.StorageMode;
import io.kvstore.testing.RawHttp;
import io.kvstore.testing.TestJson;
import io.kvstore.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests whose length, encoding, lines or target are malformed or ambiguous, which different servers read differently. The
 * body of each is a complete request for another key, which must never be executed. After each, the store has only the keys and
 * values of an allowed outcome, and the next client is served.
 */
@Tag("http")
@Timeout(60)
@DisabledIfSystemProperty(
        named = "com.sun.net.httpserver.HttpServerProvider",
        matches = "robaho.*",
        disabledReason = "that server takes names with spaces and control characters, and lines without a colon")
class FramingCheckTest {

    /** The request hidden in the body of every request. */
    private static final String HIDDEN = "PUT /keys/smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\ns";

    private static final String LENGTH = Integer.toString(HIDDEN.length());
    private static final String LENGTH_LINE = "Content-Length: " + LENGTH + "\r\n";
    private static final String CHUNKED_LINE = "Transfer-Encoding: chunked\r\n";
    private static final String CHUNKS = Integer.toHexString(HIDDEN.length()) + "\r\n" + HIDDEN + "\r\n0\r\n\r\n";
    private static final String CHUNKS_LENGTH_LINE = "Content-Length: " + CHUNKS.length() + "\r\n";
    private static final String FIRST = "PUT /keys/first HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");

    private static Server server;

    /** An allowed outcome of a case: the status, if there is a response, and all pairs that are stored then. */
    private record Outcome(Set<Integer> statuses, Map<String, String> stored) {}

    private record Case(String name, String bytes, List<Outcome> outcomes) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Outcome REJECTED = new Outcome(Set.of(400, 501), Map.of());
    private static final Outcome NOT_FOUND = new Outcome(Set.of(404), Map.of());

    private static Outcome stored(String key, String value) {
        return new Outcome(Set.of(201), Map.of(key, value));
    }

    private static Case rejected(String name, String bytes) {
        return new Case(name, bytes, List.of(REJECTED));
    }

    /** Returns a case that has one meaning, or one that a server may give this meaning. */
    private static Case accepted(String name, String bytes, String value) {
        return new Case(name, bytes, List.of(stored("a", value)));
    }

    /**
     * Returns a case that should be rejected, but that the server of JDK 17 to 25 rewrites before a handler sees it.
     *
     * @param value the value that is stored then
     */
    private static Case rejectedOrMisread(String name, String bytes, String value) {
        return new Case(name, bytes, List.of(REJECTED, stored("a", value)));
    }

    private static String put(String headers, String body) {
        return line("PUT /keys/a HTTP/1.1", headers, body);
    }

    private static String line(String requestLine, String headers, String body) {
        return requestLine + "\r\nHost: localhost\r\n" + headers + "\r\n" + body;
    }

    private static Stream<Case> lengths() {
        List<Case> cases = new ArrayList<>();
        for (String malformed : new String[] {
            "+" + LENGTH,
            "-" + LENGTH,
            "+0",
            "-0",
            "",
            "0x" + Integer.toHexString(HIDDEN.length()),
            LENGTH + "," + LENGTH,
            LENGTH + ", " + LENGTH,
            "0," + LENGTH,
            "0 " + LENGTH,
            "0\r\n " + LENGTH,
            LENGTH + ";",
            LENGTH + ".0",
            '"' + LENGTH + '"',
            "\u00b2",
            "18446744073709551616", // 2^64
            "18446744073709551617",
            "99999999999999999999999999"
        }) {
            cases.add(rejected("length " + malformed, put("Content-Length: " + malformed + "\r\n", HIDDEN)));
        }
        for (String padded : new String[] {
            " " + LENGTH, LENGTH + " ", "\t" + LENGTH, LENGTH + "\t", "0" + LENGTH, "\r\n " + LENGTH, "\r\n\t" + LENGTH
        }) {
            cases.add(accepted("length padded " + padded, put("Content-Length:" + padded + "\r\n", HIDDEN), HIDDEN));
        }
        // The JDK's server strips control characters from both ends of a value.
        for (String padded : new String[] {"\0" + LENGTH, LENGTH + "\0", "\u000b" + LENGTH, LENGTH + "\f"}) {
            cases.add(rejectedOrMisread(
                    "length and a control character " + padded,
                    put("Content-Length: " + padded + "\r\n", HIDDEN),
                    HIDDEN));
        }
        cases.add(rejected("length twice", put(LENGTH_LINE + LENGTH_LINE, HIDDEN)));
        cases.add(rejected("lengths, 0 first", put("Content-Length: 0\r\n" + LENGTH_LINE, HIDDEN)));
        cases.add(rejected("lengths, 0 last", put(LENGTH_LINE + "content-length: 0\r\n", HIDDEN)));
        cases.add(new Case(
                "length beyond any limit",
                put("Content-Length: 9223372036854775807\r\n", HIDDEN),
                List.of(new Outcome(Set.of(413), Map.of()))));
        cases.add(accepted("length folded into another field", put("X: y\r\n " + LENGTH_LINE, "no request"), ""));
        return cases.stream();
    }

    private static Stream<Case> encodings() {
        List<Case> cases = new ArrayList<>();
        for (String unknown : new String[] {
            "xchunked",
            "chunkedx",
            "chunked, chunked",
            "chunked,",
            ",chunked",
            "identity",
            "gzip, chunked",
            "chunked, identity",
            "chunked\r\n identity",
            "chunked;q=1",
            "\"chunked\"",
            "ch\0unked",
            "\u00a0chunked",
            ""
        }) {
            cases.add(rejected("encoding " + unknown, put("Transfer-Encoding: " + unknown + "\r\n", CHUNKS)));
            cases.add(rejected(
                    "encoding and a length " + unknown,
                    put("Transfer-Encoding: " + unknown + "\r\n" + CHUNKS_LENGTH_LINE, CHUNKS)));
        }
        for (String known :
                new String[] {"chunked", "CHUNKED", "\tchunked", "chunked ", "\r\n chunked", "\r\n\tchunked"}) {
            cases.add(accepted("encoding " + known, put("Transfer-Encoding:" + known + "\r\n", CHUNKS), HIDDEN));
            cases.add(rejected(
                    "encoding, then a length " + known,
                    put("Transfer-Encoding:" + known + "\r\n" + CHUNKS_LENGTH_LINE, CHUNKS)));
            cases.add(rejected(
                    "a length, then encoding " + known,
                    put("Content-Length: 4\r\nTransfer-Encoding:" + known + "\r\n", "0\r\n\r\n" + HIDDEN)));
        }
        for (String padded : new String[] {"\u000bchunked", "chunked\0"}) {
            cases.add(rejectedOrMisread(
                    "encoding and a control character " + padded,
                    put("Transfer-Encoding: " + padded + "\r\n", CHUNKS),
                    HIDDEN));
            cases.add(rejected(
                    "encoding and a control character and a length " + padded,
                    put("Transfer-Encoding: " + padded + "\r\n" + CHUNKS_LENGTH_LINE, CHUNKS)));
        }
        cases.add(rejected("encoding twice", put(CHUNKED_LINE + CHUNKED_LINE, CHUNKS)));
        cases.add(rejected("encodings, chunked first", put(CHUNKED_LINE + "Transfer-Encoding: identity\r\n", CHUNKS)));
        cases.add(rejected("encodings, chunked last", put("Transfer-Encoding: identity\r\n" + CHUNKED_LINE, CHUNKS)));
        for (String connection : new String[] {"", "Connection: keep-alive\r\n"}) {
            cases.add(rejected(
                    "encoding in HTTP/1.0 " + connection,
                    line("PUT /keys/a HTTP/1.0", connection + CHUNKED_LINE, CHUNKS)));
            cases.add(rejected(
                    "encoding and length in HTTP/1.0 " + connection,
                    line("PUT /keys/a HTTP/1.0", connection + CHUNKED_LINE + CHUNKS_LENGTH_LINE, CHUNKS)));
        }
        return cases.stream();
    }

    private static Stream<Case> chunks() {
        List<Case> cases = new ArrayList<>();
        for (String malformed : new String[] {
            "-1",
            "+1",
            "-0",
            "0x1",
            " 1",
            "1 ",
            "\t1",
            "1_0",
            "g",
            "1,1",
            "1\n",
            "1\0",
            "80000000",
            "FFFFFFFF",
            "7FFFFFFF", // more than is sent
            "10000000000000000", // 2^64
            "FFFFFFFFFFFFFFFF",
            "0000000000000000001"
        }) {
            cases.add(
                    rejected("chunk size " + malformed, put(CHUNKED_LINE, malformed + "\r\ns\r\n0\r\n\r\n" + HIDDEN)));
            cases.add(rejected("last chunk size " + malformed, put(CHUNKED_LINE, malformed + "\r\n\r\n" + HIDDEN)));
        }
        // The JDK's server computes chunk sizes in 32 bits, and reads a missing size as 0.
        for (String zero : new String[] {"", ";x", "100000000", "1000000000000"}) {
            cases.add(rejectedOrMisread(
                    "last chunk size " + zero, put(CHUNKED_LINE, "1\r\nx\r\n" + zero + "\r\n\r\n" + HIDDEN), "x"));
        }
        cases.add(rejectedOrMisread(
                "chunk size 100000001", put(CHUNKED_LINE, "100000001\r\nx\r\n0\r\n\r\n" + HIDDEN), "x"));
        for (String size : new String[] {"1", "00000001", "1;x", "1;x=y;z", "1;x=\"0\"", "1;\n", "1;x=\"\n0\n\n\""}) {
            cases.add(accepted("chunk size " + size, put(CHUNKED_LINE, size + "\r\nx\r\n0\r\n\r\n" + HIDDEN), "x"));
        }
        for (String end : new String[] {"", "\n", "\r", "XX", "\n\r", "\r\r\n"}) {
            cases.add(rejected("end of a chunk " + end, put(CHUNKED_LINE, "1\r\nx" + end + "0\r\n\r\n" + HIDDEN)));
        }
        for (String end : new String[] {"\n", "\n\n", "\r\n\n", "\r\nX: y\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n"}) {
            cases.add(rejected("end of the chunks " + end, put(CHUNKED_LINE, "1\r\nx\r\n0" + end + HIDDEN)));
        }
        cases.add(rejected("chunk extension of 5000 bytes", put(CHUNKED_LINE, "1;" + "x".repeat(5_000) + CHUNKS)));
        return cases.stream();
    }

    private static Stream<Case> heads() {
        List<Case> cases = new ArrayList<>();
        for (String name : new String[] {
            "Content-Length ",
            "Content-Length\t",
            "Content-Length\0",
            "Content\0-Length",
            "X\u0001Y",
            "X\u0080",
            "X Y",
            "X,Y",
            ""
        }) {
            cases.add(rejected("name " + name, put(LENGTH_LINE + "Z: z\r\n" + name + ": 0\r\n", HIDDEN)));
        }
        // The JDK's server reads a line that begins with a control character as a continuation of the previous field.
        cases.add(rejectedOrMisread(
                "name after NUL", put(LENGTH_LINE + "Z: z\r\n\0Content-Length: 0\r\n", HIDDEN), HIDDEN));
        cases.add(rejected("space before the colon of the encoding", put("Transfer-Encoding : chunked\r\n", CHUNKS)));
        cases.add(rejected("no colon", put("nonsense\r\n" + LENGTH_LINE, HIDDEN)));
        cases.add(rejected(
                "first line begins with a space",
                "PUT /keys/a HTTP/1.1\r\n " + LENGTH_LINE + "Host: x\r\n\r\n" + HIDDEN));
        for (String value : new String[] {"a\0b", "a\u0001b", "a\u000bb", "a\u007f"}) {
            cases.add(rejected("value " + value, put("X: " + value + "\r\n" + LENGTH_LINE, HIDDEN)));
            cases.add(rejected("type " + value, put("Content-Type: " + value + "\r\n" + LENGTH_LINE, HIDDEN)));
        }
        for (String version : new String[] {
            "",
            " ",
            " FOO",
            " HTTP/0.9",
            " HTTP/1.2",
            " HTTP/2.0",
            " http/1.1",
            " HTTP/1.1 ",
            " HTTP/1.1\t",
            " HTTP/1.1x"
        }) {
            cases.add(rejected("version" + version, line("PUT /keys/a" + version, LENGTH_LINE, HIDDEN)));
        }
        cases.addAll(lineEnds());
        return cases.stream();
    }

    /** The JDK's server ends a field at CR LF, a lone CR or a lone LF, but the request line only at CR LF. */
    private static List<Case> lineEnds() {
        String head = "PUT /keys/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + LENGTH;
        List<Case> cases = new ArrayList<>();
        for (String end : new String[] {"\n\n", "\r\n\n"}) {
            cases.add(accepted("end of the head " + end, head + end + HIDDEN, HIDDEN));
        }
        cases.add(rejectedOrMisread("end of the head in CR alone", head + "\r\r" + HIDDEN, HIDDEN));
        // The CR ends the head, so the LF is the first byte of the body.
        cases.add(rejectedOrMisread(
                "end of the head LF CR LF", head + "\n\r\n" + HIDDEN, "\n" + HIDDEN.substring(0, HIDDEN.length() - 1)));
        cases.add(accepted("LF in a value", put("X: a\n" + LENGTH_LINE, HIDDEN), HIDDEN));
        cases.add(rejectedOrMisread("CR in a value", put("X: a\r" + LENGTH_LINE, HIDDEN), HIDDEN));
        cases.add(rejected(
                "LF after the request line", "PUT /keys/a HTTP/1.1\nX: y\r\n" + LENGTH_LINE + "\r\n" + HIDDEN));
        cases.add(rejected(
                "CR after the request line", "PUT /keys/a HTTP/1.1\rX: y\r\n" + LENGTH_LINE + "\r\n" + HIDDEN));
        // The head and the first line of the body are read as the request line, and the rest of the body as the head.
        cases.add(rejectedOrMisread(
                "LF alone", "PUT /keys/a HTTP/1.1\nHost: localhost\nContent-Length: " + LENGTH + "\n\n" + HIDDEN, "s"));
        return cases;
    }

    private static Stream<Case> targets() {
        List<Case> cases = new ArrayList<>();
        for (String target : new String[] {
            "http://other/keys/a",
            "HTTPS://other:1/keys/a",
            "http://localhost@other/keys/a",
            "http://localhost:8080@other:1/keys/a",
            "http://[::1]/keys/a",
            "http://other:80:80/keys/a",
            "http://ot%2Fher/keys/a"
        }) {
            cases.add(target(target, stored("a", HIDDEN)));
        }
        cases.add(target("http:///keys/a", REJECTED, stored("a", HIDDEN)));
        cases.add(target("http://other/keys/b@localhost/keys/a", stored("b@localhost/keys/a", HIDDEN)));
        cases.add(target("http://other/keys/../keys/a", stored("../keys/a", HIDDEN)));
        cases.add(target("/keys/http://other/keys/a", stored("http://other/keys/a", HIDDEN)));
        for (String target : new String[] {"//keys/a", "//other/keys/a", "/x/../keys/a", "http://other//keys/a"}) {
            cases.add(target(target, NOT_FOUND));
        }
        for (String target : new String[] {
            "http://other#/keys/a",
            "http://other?/keys/a",
            "http:keys/a",
            "other:80",
            "keys/a",
            "@other/keys/a",
            "*",
            ""
        }) {
            cases.add(target(target, REJECTED, NOT_FOUND));
        }
        for (String target : new String[] {
            "/keys/a#x",
            "http:/keys/a",
            "ftp://other/keys/a",
            "http://other\\@localhost/keys/a",
            "/keys/a\0",
            "/keys/a\u0001",
            "/keys/a\tb",
            "/keys/a\u007f",
            "/keys/a\nb",
            "/keys/a\rb",
            "/keys/a\u00e4"
        }) {
            cases.add(target(target, REJECTED));
        }
        // The JDK's server ends the target at a space, and no handler sees the rest.
        cases.add(target("/keys/a b", REJECTED, stored("a", HIDDEN)));
        return cases.stream();
    }

    private static Case target(String target, Outcome... outcomes) {
        return new Case(
                "target " + target, line("PUT " + target + " HTTP/1.1", LENGTH_LINE, HIDDEN), List.of(outcomes));
    }

    /** Returns the cases after which the connection must be closed. */
    private static Stream<Case> ambiguous() {
        return Stream.of(lengths(), encodings(), chunks(), heads())
                .flatMap(cases -> cases)
                .filter(each -> each.outcomes().equals(List.of(REJECTED)));
    }

    @BeforeAll
    static void start() {
        server = TestServer.start(StorageMode.MEMORY, Path.of("unused"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() {
        try (RawHttp http = connect()) {
            assertThat(http.request("DELETE", "/keys?all=true").status()).isEqualTo(200);
        }
    }

    private static RawHttp connect() {
        return RawHttp.connect(server.port());
    }

    /** Sends bytes and ends the stream; returns the statuses of all responses until the server closes the connection. */
    private static List<Integer> exchange(String bytes) {
        try (RawHttp http = connect()) {
            Matcher status = STATUS.matcher(http.send(bytes).finish().rest());
            return status.results()
                    .map(match -> Integer.valueOf(match.group(1)))
                    .toList();
        }
    }

    /** Returns all pairs in the store, as another client sees them. */
    private static Map<String, String> pairs() throws IOException {
        try (RawHttp next = connect()) {
            return TestJson.stringMap(next.get("/keys").body());
        }
    }

    @ParameterizedTest
    @MethodSource({"lengths", "encodings", "chunks", "heads", "targets"})
    void request_hasAnAllowedOutcome(Case sent) throws IOException {
        List<Integer> answers = exchange(sent.bytes());
        Map<String, String> pairs = pairs();
        assertThat(sent.outcomes()).extracting(Outcome::stored).contains(pairs);
        Set<Integer> allowed = sent.outcomes().stream()
                .filter(outcome -> outcome.stored().equals(pairs))
                .flatMap(outcome -> outcome.statuses().stream())
                .collect(Collectors.toSet());
        assertThat(answers).hasSizeLessThanOrEqualTo(1); // a reset may discard it on its way
        assertThat(allowed).containsAll(answers);
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void rejectedRequest_afterAnotherClosesTheConnection(Case second) throws IOException {
        List<Integer> answers = exchange(FIRST + second.bytes() + HIDDEN);
        assertThat(pairs()).isEqualTo(Map.of("first", "1"));
        assertThat(answers).hasSizeLessThanOrEqualTo(2);
        if (!answers.isEmpty()) {
            assertThat(answers.get(0)).isEqualTo(201);
            assertThat(REJECTED.statuses()).containsAll(answers.subList(1, answers.size()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /keys/a",
                "HEAD /keys/a",
                "DELETE /keys/a",
                "PATCH /keys/a",
                "OPTIONS /keys/a",
                "POST /batch",
                "POST /import",
                "GET /livez",
                "GET /nothing"
            })
    void requestOfAnyKind_withAMalformedOrUnwantedBodyHidesNoRequest(String request) throws IOException {
        for (String malformed : new String[] {"Content-Length: +0\r\n", "Content-Length: -0\r\n"}) {
            exchange(line(request + " HTTP/1.1", malformed, HIDDEN));
            assertThat(pairs()).as(malformed).isEmpty();
        }
        exchange(line(request + " HTTP/1.1", CHUNKED_LINE, "100000000\r\n\r\n" + HIDDEN));
        assertThat(pairs()).isEmpty();
        exchange(line(request + " HTTP/1.1", LENGTH_LINE, HIDDEN));
        assertThat(pairs()).as("an unwanted body").isEmpty();
    }

    @Test
    void chunkedRequest_isTheLastOfItsConnection() throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(put(CHUNKED_LINE, CHUNKS)).answer();
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(http.isClosedByServer()).isTrue();
        }
        assertThat(pairs()).isEqualTo(Map.of("a", HIDDEN));
    }

    @Test
    void rejection_namesTheError() {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer =
                    http.send(put("Content-Length: +5\r\n", "value")).answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.text()).contains("Content-Length", "'+5'");
            assertThat(http.isClosedByServer()).isTrue();
        }
    }
}
