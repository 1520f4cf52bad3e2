package io.kvstore.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file of tokens says, and what is said of a bad one. */
class TokenFileTest {

    private static final Path FILE = Path.of("tokens");
    private static final List<Rule> RULES = List.of(Rule.parse("app/:rw"));
    private static final SecureRandom RANDOM = new SecureRandom();

    private static TokenFile parse(String... lines) {
        return TokenFile.parse(FILE, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void refuses(String message, String... lines) {
        assertThatThrownBy(() -> parse(lines))
                .as(String.join("|", lines))
                .isInstanceOf(AccessException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void token_mayWhatItsLineSays() {
        TokenLine.Drawn app = TokenLine.draw("app", RULES, RANDOM);
        TokenLine.Drawn all = TokenLine.draw("all", List.of(Rule.parse(":admin")), RANDOM);
        TokenFile file = parse(
                "# tokens", "", " \t" + app.line().text() + "  ", all.line().text() + "\r");
        assertThat(file.permissions(app.token(), 0)).isEqualTo(Permissions.of(RULES));
        assertThat(file.permissions(all.token(), 0)).isEqualTo(Permissions.ALL);
    }

    @Test
    void token_thatIsWrongMayNothing() {
        TokenLine.Drawn app = TokenLine.draw("app", RULES, RANDOM);
        TokenLine.Drawn other = TokenLine.draw("app", RULES, RANDOM);
        TokenFile file =
                parse(app.line().text(), TokenLine.drawKey("key", RULES, RANDOM).text());
        String hash = app.line().text().split(" ", -1)[1];
        for (String wrong : new String[] {
            "",
            ".",
            "app",
            "app.",
            other.token(),
            app.token() + "A",
            app.token().substring(0, app.token().length() - 1),
            app.token().toUpperCase(Locale.ROOT),
            "other" + app.token().substring(3),
            " " + app.token(),
            hash,
            "app." + hash,
            "key",
            "key.",
            "key..",
            "key.AA.AA",
            "key.=.=",
            app.token() + "A".repeat(10_000)
        }) {
            assertThat(file.permissions(wrong, 0)).as(wrong).isNull();
        }
    }

    @Test
    void token_isNotInItsLine() {
        TokenLine.Drawn app = TokenLine.draw("app", RULES, RANDOM);
        assertThat(app.token()).matches("app\\.[A-Za-z0-9_-]{43}");
        assertThat(app.line().text())
                .matches("app sha256:[0-9a-f]{64} app/:rw")
                .doesNotContain(app.token().substring(4));
        assertThat(TokenLine.draw("app", RULES, RANDOM).token()).isNotEqualTo(app.token());
    }

    @Test
    void line_thatIsNoneIsNamed() {
        String good = TokenLine.draw("app", RULES, RANDOM).line().text();
        String hash = good.split(" ", -1)[1];
        refuses("tokens, line 2: what follows the name begins with sha256:", good, "b app/:rw");
        refuses("tokens, line 1: after sha256: there must be 64", "b sha256:abc :r");
        refuses("tokens, line 1: after sha256: there must be 64", "b sha256:" + "z".repeat(64) + " :r");
        refuses("tokens, line 1: after hmac-sha256: there must be", "b hmac-sha256:AAAA :r");
        refuses("tokens, line 1: after hmac-sha256: there must be", "b hmac-sha256:!! :r");
        refuses("tokens, line 1: a line is a name, a hash and rules", "b");
        refuses("tokens, line 1: a token needs a rule", "b " + hash);
        refuses("tokens, line 1: a rule is a prefix and", "b " + hash + " app/ rw");
        refuses("tokens, line 1: what follows the last colon", "b " + hash + " app/:r,w");
        refuses("tokens, line 1: admin is over the whole store", "b " + hash + " app/:admin");
        refuses("tokens, line 1: a name is 1 to 64", "a.b " + hash + " :r");
        refuses("tokens, line 1: a name is 1 to 64", "a".repeat(65) + " " + hash + " :r");
        refuses("tokens, line 4: there is a line of that name already", good, "#", "", good);
        refuses("tokens has no token");
        refuses("tokens has no token", "# app", "");
        assertThatThrownBy(() -> TokenFile.parse(FILE, new byte[] {(byte) 0xFF}))
                .hasMessageStartingWith("tokens is not UTF-8");
    }

    @Test
    void error_quotesNothingThatMayBeSecret() {
        String token = TokenLine.draw("app", RULES, RANDOM).token();
        String key = TokenLine.drawKey("key", RULES, RANDOM).text().split(" ", -1)[1];
        for (String line : new String[] {
            token,
            token + " :r",
            "app " + token,
            "app " + token + " :r",
            "app sha256:" + token + " :r",
            "app sha256:" + "0".repeat(64) + " " + token,
            "app sha256:" + "0".repeat(64) + " " + token + ":w",
            key,
            key + " app :r",
            "app " + key + " " + key
        }) {
            assertThatThrownBy(() -> parse(line))
                    .as(line)
                    .isInstanceOf(AccessException.class)
                    .hasMessageStartingWith("tokens, line 1: ")
                    .hasMessageNotContaining(token.substring(4))
                    .hasMessageNotContaining(key.substring(12));
        }
    }

    @Test
    void read_demandsThatTheFileIsItsOwnersAlone(@TempDir Path folder) throws IOException {
        String line = TokenLine.draw("app", RULES, RANDOM).line().text();
        Path file = Files.writeString(folder.resolve("tokens"), line);
        for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rw------x", "rwx------"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            assertThatThrownBy(() -> TokenFile.read(file))
                    .as(mode)
                    .isInstanceOf(AccessException.class)
                    .hasMessage(file + " must be its owner's alone: chmod 600 " + file);
        }
        for (String mode : new String[] {"rw-------", "r--------"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            TokenFile.read(file);
        }
    }

    @Test
    void read_namesTheFileThatCannotBeRead(@TempDir Path folder) throws IOException {
        Path large = folder.resolve("large");
        Files.write(large, new byte[(1 << 20) + 1]);
        Files.setPosixFilePermissions(large, PosixFilePermissions.fromString("rw-------"));
        Path inner = Files.createDirectory(
                folder.resolve("inner"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        for (Path bad : List.of(folder.resolve("none"), large, inner)) {
            assertThatThrownBy(() -> TokenFile.read(bad))
                    .isInstanceOf(AccessException.class)
                    .hasMessageStartingWith(bad.toString())
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void signedToken_mayWhatItClaimsUntilItExpires() {
        TokenLine key = TokenLine.drawKey("key", RULES, RANDOM);
        TokenFile file = parse(key.text());
        List<Rule> claimed = List.of(Rule.of("app/a b/", false), Rule.of("app/w/", true));
        String token = key.sign(claimed, Instant.ofEpochMilli(1_000));
        assertThat(file.permissions(token, 999)).isEqualTo(Permissions.of(claimed));
        assertThat(file.permissions(token, 1_000)).isNull();
        assertThat(file.key(null).sign(claimed, Instant.ofEpochMilli(1_000))).isEqualTo(token);
    }

    @Test
    void signedToken_mayNoMoreThanItsKey() {
        TokenLine key = TokenLine.drawKey("key", List.of(Rule.parse("app/:rw"), Rule.parse("b/:r")), RANDOM);
        String token = key.sign(List.of(Rule.parse(":admin")), Instant.ofEpochMilli(1));
        assertThat(parse(key.text()).permissions(token, 0)).isEqualTo(key.permissions());
    }

    @Test
    void signedToken_thatWasChangedMayNothing() {
        TokenLine key = TokenLine.drawKey("key", RULES, RANDOM);
        TokenLine other = TokenLine.drawKey("other", RULES, RANDOM);
        TokenFile file = parse(key.text(), other.text());
        String token = key.sign(RULES, Instant.ofEpochMilli(1_000));
        String[] parts = token.split("\\.", -1);
        String longer = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("9999 app/:rw".getBytes(StandardCharsets.US_ASCII));
        for (String forged : new String[] {
            "other." + parts[1] + "." + parts[2],
            "key." + longer + "." + parts[2],
            "key." + parts[1],
            "key." + parts[1] + ".",
            "key.." + parts[2],
            "key." + parts[1] + "." + parts[2] + "." + parts[2],
            "key." + parts[1] + "." + (parts[2].startsWith("A") ? "B" : "A") + parts[2].substring(1),
            "key." + parts[1] + "." + key.text().split("[: ]", -1)[2]
        }) {
            assertThat(file.permissions(forged, 0)).as(forged).isNull();
        }
        assertThat(file.permissions(token, 0)).isNotNull();
        assertThat(parse(other.text()).permissions(token, 0))
                .as("once its key is gone")
                .isNull();
        assertThat(parse(TokenLine.drawKey("key", RULES, RANDOM).text()).permissions(token, 0))
                .as("by another key of that name")
                .isNull();
    }

    @Test
    void key_isTheOneThatIsNamed() {
        String plain = TokenLine.draw("app", RULES, RANDOM).line().text();
        TokenLine one = TokenLine.drawKey("one", RULES, RANDOM);
        TokenLine two = TokenLine.drawKey("two", RULES, RANDOM);
        assertThat(parse(plain, one.text()).key(null).name()).isEqualTo("one");
        assertThat(parse(one.text(), two.text()).key("two").name()).isEqualTo("two");
        assertThatThrownBy(() -> parse(one.text(), two.text()).key(null)).hasMessageContaining("--name");
        assertThatThrownBy(() -> parse(plain).key(null)).hasMessageContaining("token --key");
        assertThatThrownBy(() -> parse(plain).key("app")).isInstanceOf(AccessException.class);
    }
}
