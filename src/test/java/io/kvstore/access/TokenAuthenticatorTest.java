package io.kvstore.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which version of a token file is in effect. */
class TokenAuthenticatorTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final TokenEntry.Generated one = TokenEntry.generate("one", List.of(Rule.parse("a/:r")), RANDOM);
    private final TokenEntry.Generated two = TokenEntry.generate("two", List.of(Rule.parse("b/:r")), RANDOM);
    private final SettableClock clock = new SettableClock();
    private final List<String> warnings = new ArrayList<>();
    private final Logger log = Logger.getLogger(TokenAuthenticator.class.getName());
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord record) {
            warnings.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        file = Files.createFile(
                folder.resolve("tokens"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        log.addHandler(listener);
        log.setUseParentHandlers(false);
    }

    @AfterEach
    void restoreLogger() {
        log.removeHandler(listener);
        log.setUseParentHandlers(true);
    }

    private void write(String... lines) throws IOException {
        Files.writeString(file, String.join("\n", lines));
    }

    private boolean accepts(TokenAuthenticator authenticator, TokenEntry.Generated generated) {
        return authenticator.permissions(generated.token()) != null;
    }

    @Test
    void newVersion_takesEffectWithinASecond() throws IOException {
        write(one.entry().text());
        TokenAuthenticator authenticator = TokenAuthenticator.of(file, clock);
        write(two.entry().text());
        clock.advance(Duration.ofMillis(999));
        assertThat(accepts(authenticator, one)).isTrue();
        assertThat(accepts(authenticator, two)).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(accepts(authenticator, two)).isTrue();
        assertThat(accepts(authenticator, one)).isFalse();
        assertThat(warnings).isEmpty();
    }

    @Test
    void invalidVersion_isLoggedOnceAndTheOldOneStays() throws IOException {
        write(one.entry().text());
        TokenAuthenticator authenticator = TokenAuthenticator.of(file, clock);
        String warning = file + ", line 2: the field after the name must begin with";
        for (int time = 1; time <= 2; time++) {
            write(two.entry().text(), "three " + two.token() + " :r");
            for (int i = 0; i < 3; i++) {
                clock.advance(Duration.ofSeconds(1));
                assertThat(accepts(authenticator, one)).isTrue();
                assertThat(accepts(authenticator, two)).isFalse();
            }
            assertThat(warnings)
                    .hasSize(time)
                    .last()
                    .asString()
                    .startsWith(warning)
                    .endsWith("remain in effect");
            write(one.entry().text());
            clock.advance(Duration.ofSeconds(1));
            assertThat(accepts(authenticator, one)).isTrue();
        }
        assertThat(String.join(" ", warnings)).doesNotContain(two.token());
        write(two.entry().text());
        clock.advance(Duration.ofSeconds(1));
        assertThat(accepts(authenticator, two)).isTrue();
    }

    @Test
    void unusableFile_leavesTheOldVersion() throws IOException {
        write(one.entry().text());
        TokenAuthenticator authenticator = TokenAuthenticator.of(file, clock);
        write(two.entry().text());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(accepts(authenticator, one)).isTrue();
        assertThat(accepts(authenticator, two)).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        write();
        clock.advance(Duration.ofSeconds(1));
        assertThat(accepts(authenticator, one)).isTrue();
        Files.delete(file);
        clock.advance(Duration.ofSeconds(1));
        assertThat(accepts(authenticator, one)).isTrue();
        assertThat(warnings).hasSize(3);
        assertThat(warnings.get(0)).contains("chmod 600");
        assertThat(warnings.get(1)).contains("contains no token");
        assertThat(warnings.get(2)).contains("does not exist");
    }

    @Test
    void clockThatIsSetBack_doesNotDelayANewVersion() throws IOException {
        write(one.entry().text());
        TokenAuthenticator authenticator = TokenAuthenticator.of(file, clock);
        write(two.entry().text());
        clock.advance(Duration.ofHours(-1));
        assertThat(accepts(authenticator, two)).isTrue();
    }

    @Test
    void signedToken_expiresByTheClock() throws IOException {
        TokenEntry key = TokenEntry.generateKey("key", List.of(Rule.parse("a/:rw")), RANDOM);
        write(key.text());
        TokenAuthenticator authenticator = TokenAuthenticator.of(file, clock);
        String token = key.sign(List.of(Rule.parse("a/:r")), clock.instant().plusSeconds(60));
        clock.advance(Duration.ofSeconds(59));
        assertThat(authenticator.permissions(token)).isNotNull();
        clock.advance(Duration.ofSeconds(1));
        assertThat(authenticator.permissions(token)).isNull();
    }

    @Test
    void of_rejectsAnInvalidFile() throws IOException {
        write("nonsense");
        assertThatThrownBy(() -> TokenAuthenticator.of(file, clock))
                .isInstanceOf(AccessException.class)
                .hasMessageStartingWith(file + ", line 1: ");
    }
}
