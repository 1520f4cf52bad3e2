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

/** A base class for tests of a server with a token file. */
abstract class GuardedTest extends ServedTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path tokenFolder;

    private final Map<String, String> tokens = new HashMap<>();
    private final Map<String, String> lines = new HashMap<>();

    GuardedTest() {
        addToken("admin", ":admin");
        addToken("reader", ":r");
        addToken("writer", ":rw");
        addToken("a", "a/:rw", "shared/:r");
        addToken("ac", "a/:r", "c/:r");
        addToken("z", "z/:rw");
    }

    @Override
    protected String[] flags() {
        return new String[] {"--auth_file", file().toString()};
    }

    private Path file() {
        Path file = tokenFolder.resolve("tokens");
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                writeTokens();
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a token with these rules to the next version of the token file. */
    protected final void addToken(String name, String... rules) {
        TokenEntry.Generated generated =
                TokenEntry.generate(name, Stream.of(rules).map(Rule::parse).toList(), RANDOM);
        tokens.put(name, generated.token());
        lines.put(name, generated.entry().text());
    }

    /** Removes a token from the next version of the token file. */
    protected final void removeToken(String name) {
        lines.remove(name);
    }

    protected final void writeTokens() throws IOException {
        Files.write(tokenFolder.resolve("tokens"), lines.values());
    }

    /** Returns the header that authenticates a request with a token. */
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
