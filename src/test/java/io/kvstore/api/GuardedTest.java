package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.access.Rule;
import io.kvstore.access.TokenEntry;
import io.kvstore.testing.RawHttp.Answer;
import io.kvstore.testing.ServedTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a server with a file of tokens. */
abstract class GuardedTest extends ServedTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path guarded;

    private final Map<String, String> tokens = new HashMap<>();
    private final Map<String, String> lines = new HashMap<>();

    GuardedTest() {
        let("admin", ":admin");
        let("reader", ":r");
        let("writer", ":rw");
        let("a", "a/:rw", "shared/:r");
        let("ac", "a/:r", "c/:r");
        let("z", "z/:rw");
    }

    @Override
    protected String[] flags() {
        return new String[] {"--auth_file", file().toString()};
    }

    private Path file() {
        Path file = guarded.resolve("tokens");
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                write();
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives somebody a token with these rules, for the file to tell of when it is written next. */
    protected final void let(String name, String... rules) {
        TokenEntry.Generated drawn =
                TokenEntry.generate(name, Stream.of(rules).map(Rule::parse).toList(), RANDOM);
        tokens.put(name, drawn.token());
        lines.put(name, drawn.entry().text());
    }

    /** Takes somebody's token out of the file that is written next. */
    protected final void expel(String name) {
        lines.remove(name);
    }

    protected final void write() throws IOException {
        Files.write(guarded.resolve("tokens"), lines.values());
    }

    /** The header by which somebody comes in. */
    protected final String as(String name) {
        return "Authorization: Bearer " + token(name);
    }

    protected final String token(String name) {
        return tokens.get(name);
    }

    protected final Answer put(String key) {
        Answer answer = http().put("/keys/" + key, "value of " + key, as("admin"));
        assertThat(answer.status()).isEqualTo(201);
        return answer;
    }

    protected final Answer send(String who, String method, String target, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add(as(who));
        return http().request(method, target, body.getBytes(StandardCharsets.UTF_8), all.toArray(String[]::new));
    }

    protected final Answer get(String who, String target, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add(as(who));
        return http().get(target, all.toArray(String[]::new));
    }
}
