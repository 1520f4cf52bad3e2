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

/** Which version of a file of tokens is in force. */
class TokenAuthenticatorTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final TokenEntry.Generated one = TokenEntry.generate("one", List.of(Rule.parse("a/:r")), RANDOM);
    private final TokenEntry.Generated two = TokenEntry.generate("two", List.of(Rule.parse("b/:r")), RANDOM);
    private final SettableClock clock = new SettableClock();
    private final List<String> told = new ArrayList<>();
    private final Logger log = Logger.getLogger(TokenAuthenticator.class.getName());
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord record) {
            told.add(record.getMessage());
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
    void begin() throws IOException {
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        file = Files.createFile(
                folder.resolve("tokens"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        log.addHandler(listener);
        log.setUseParentHandlers(false);
    }

    @AfterEach
    void end() {
        log.removeHandler(listener);
        log.setUseParentHandlers(true);
    }

    private void write(String... lines) throws IOException {
        Files.writeString(file, String.join("\n", lines));
    }

    private boolean isIn(TokenAuthenticator authenticator, TokenEntry.Generated drawn) {
        return authenticator.permissions(drawn.token()) != null;
    }

    @Test
    void newVersion_isInForceWithinASecond() throws IOException {
        write(one.entry().text());
        TokenAuthenticator authenticator = TokenAuthenticator.of(file, clock);
        write(two.entry().text());
        clock.advance(Duration.ofMillis(999));
        assertThat(isIn(authenticator, one)).isTrue();
        assertThat(isIn(authenticator, two)).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(isIn(authenticator, two)).isTrue();
        assertThat(isIn(authenticator, one)).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void brokenVersion_isToldOfOnceAndTheOldOneStays() throws IOException {
        write(one.entry().text());
        TokenAuthenticator authenticator = TokenAuthenticator.of(file, clock);
        String broken = file + ", line 2: the field after the name must begin with";
        for (int time = 1; time <= 2; time++) {
            write(two.entry().text(), "three " + two.token() + " :r");
            for (int i = 0; i < 3; i++) {
                clock.advance(Duration.ofSeconds(1));
                assertThat(isIn(authenticator, one)).isTrue();
                assertThat(isIn(authenticator, two)).isFalse();
            }
            assertThat(told).hasSize(time).last().asString().startsWith(broken).endsWith("remain in effect");
            write(one.entry().text());
            clock.advance(Duration.ofSeconds(1));
            assertThat(isIn(authenticator, one)).isTrue();
        }
        assertThat(String.join(" ", told)).doesNotContain(two.token());
        write(two.entry().text());
        clock.advance(Duration.ofSeconds(1));
        assertThat(isIn(authenticator, two)).isTrue();
    }

    @Test
    void fileThatIsGoneEmptyOrOthersToo_leavesTheOldVersion() throws IOException {
        write(one.entry().text());
        TokenAuthenticator authenticator = TokenAuthenticator.of(file, clock);
        write(two.entry().text());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(isIn(authenticator, one)).isTrue();
        assertThat(isIn(authenticator, two)).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        write();
        clock.advance(Duration.ofSeconds(1));
        assertThat(isIn(authenticator, one)).isTrue();
        Files.delete(file);
        clock.advance(Duration.ofSeconds(1));
        assertThat(isIn(authenticator, one)).isTrue();
        assertThat(told).hasSize(3);
        assertThat(told.get(0)).contains("chmod 600");
        assertThat(told.get(1)).contains("contains no token");
        assertThat(told.get(2)).contains("does not exist");
    }

    @Test
    void clockThatIsSetBack_keepsNothingFromBeingSeen() throws IOException {
        write(one.entry().text());
        TokenAuthenticator authenticator = TokenAuthenticator.of(file, clock);
        write(two.entry().text());
        clock.advance(Duration.ofHours(-1));
        assertThat(isIn(authenticator, two)).isTrue();
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
    void of_refusesABrokenFile() throws IOException {
        write("nonsense");
        assertThatThrownBy(() -> TokenAuthenticator.of(file, clock))
                .isInstanceOf(AccessException.class)
                .hasMessageStartingWith(file + ", line 1: ");
    }
}
