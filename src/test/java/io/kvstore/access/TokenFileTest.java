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

/** Tests parsing token files, verifying tokens, and the errors for invalid files. */
class TokenFileTest {

    private static final Path FILE = Path.of("tokens");
    private static final List<Rule> RULES = List.of(Rule.parse("app/:rw"));
    private static final SecureRandom RANDOM = new SecureRandom();

    private static TokenFile parse(String... lines) {
        return TokenFile.parse(FILE, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void rejects(String message, String... lines) {
        assertThatThrownBy(() -> parse(lines))
                .as(String.join("|", lines))
                .isInstanceOf(AccessException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void token_hasThePermissionsOfItsLine() {
        TokenEntry.Generated app = TokenEntry.generate("app", RULES, RANDOM);
        TokenEntry.Generated all = TokenEntry.generate("all", List.of(Rule.parse(":admin")), RANDOM);
        TokenFile file = parse(
                "# tokens", "", " \t" + app.entry().text() + "  ", all.entry().text() + "\r");
        assertThat(file.permissions(app.token(), 0)).isEqualTo(Permissions.of(RULES));
        assertThat(file.permissions(all.token(), 0)).isEqualTo(Permissions.ALL);
    }

    @Test
    void token_thatIsWrongIsRejected() {
        TokenEntry.Generated app = TokenEntry.generate("app", RULES, RANDOM);
        TokenEntry.Generated other = TokenEntry.generate("app", RULES, RANDOM);
        TokenFile file = parse(
                app.entry().text(), TokenEntry.generateKey("key", RULES, RANDOM).text());
        String hash = app.entry().text().split(" ", -1)[1];
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
        TokenEntry.Generated app = TokenEntry.generate("app", RULES, RANDOM);
        assertThat(app.token()).matches("app\\.[A-Za-z0-9_-]{43}");
        assertThat(app.entry().text())
                .matches("app sha256:[0-9a-f]{64} app/:rw")
                .doesNotContain(app.token().substring(4));
        assertThat(TokenEntry.generate("app", RULES, RANDOM).token()).isNotEqualTo(app.token());
    }

    @Test
    void invalidLine_isNamed() {
        String good = TokenEntry.generate("app", RULES, RANDOM).entry().text();
        String hash = good.split(" ", -1)[1];
        rejects("tokens, line 2: the field after the name must begin with sha256:", good, "b app/:rw");
        rejects("tokens, line 1: sha256: must be followed by 64", "b sha256:abc :r");
        rejects("tokens, line 1: sha256: must be followed by 64", "b sha256:" + "z".repeat(64) + " :r");
        rejects("tokens, line 1: hmac-sha256: must be followed by", "b hmac-sha256:AAAA :r");
        rejects("tokens, line 1: hmac-sha256: must be followed by", "b hmac-sha256:!! :r");
        rejects("tokens, line 1: a line consists of a name, a hash and rules", "b");
        rejects("tokens, line 1: a token needs at least one rule", "b " + hash);
        rejects("tokens, line 1: a rule must be a prefix, a colon and", "b " + hash + " app/ rw");
        rejects("tokens, line 1: the access after the last colon", "b " + hash + " app/:r,w");
        rejects("tokens, line 1: admin applies to the whole store", "b " + hash + " app/:admin");
        rejects("tokens, line 1: a name must have 1 to 64", "a.b " + hash + " :r");
        rejects("tokens, line 1: a name must have 1 to 64", "a".repeat(65) + " " + hash + " :r");
        rejects("tokens, line 4: another line has the same name", good, "#", "", good);
        rejects("tokens contains no token");
        rejects("tokens contains no token", "# app", "");
        assertThatThrownBy(() -> TokenFile.parse(FILE, new byte[] {(byte) 0xFF}))
                .hasMessageStartingWith("tokens is not a token file");
    }

    @Test
    void error_quotesNoSecret() {
        String token = TokenEntry.generate("app", RULES, RANDOM).token();
        String key = TokenEntry.generateKey("key", RULES, RANDOM).text().split(" ", -1)[1];
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
    void read_requiresThatOnlyTheOwnerHasAccess(@TempDir Path folder) throws IOException {
        String line = TokenEntry.generate("app", RULES, RANDOM).entry().text();
        Path file = Files.writeString(folder.resolve("tokens"), line);
        for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rw------x", "rwx------"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            assertThatThrownBy(() -> TokenFile.read(file))
                    .as(mode)
                    .isInstanceOf(AccessException.class)
                    .hasMessage(file + " must be accessible only by its owner: chmod 600 " + file);
        }
        for (String mode : new String[] {"rw-------", "r--------"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            TokenFile.read(file);
        }
    }

    @Test
    void read_namesAFileThatCannotBeRead(@TempDir Path folder) throws IOException {
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
    void signedToken_hasTheClaimedPermissionsUntilItExpires() {
        TokenEntry key = TokenEntry.generateKey("key", RULES, RANDOM);
        TokenFile file = parse(key.text());
        List<Rule> claimed = List.of(Rule.of("app/a b/", false), Rule.of("app/w/", true));
        String token = key.sign(claimed, Instant.ofEpochMilli(1_000));
        assertThat(file.permissions(token, 999)).isEqualTo(Permissions.of(claimed));
        assertThat(file.permissions(token, 1_000)).isNull();
        assertThat(file.signingKey(null).sign(claimed, Instant.ofEpochMilli(1_000)))
                .isEqualTo(token);
    }

    @Test
    void signedToken_hasAtMostThePermissionsOfItsKey() {
        TokenEntry key = TokenEntry.generateKey("key", List.of(Rule.parse("app/:rw"), Rule.parse("b/:r")), RANDOM);
        String token = key.sign(List.of(Rule.parse(":admin")), Instant.ofEpochMilli(1));
        assertThat(parse(key.text()).permissions(token, 0)).isEqualTo(key.permissions());
    }

    @Test
    void signedToken_thatWasChangedIsRejected() {
        TokenEntry key = TokenEntry.generateKey("key", RULES, RANDOM);
        TokenEntry other = TokenEntry.generateKey("other", RULES, RANDOM);
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
                .as("after its key was removed")
                .isNull();
        assertThat(parse(TokenEntry.generateKey("key", RULES, RANDOM).text()).permissions(token, 0))
                .as("with another key of the same name")
                .isNull();
    }

    @Test
    void signingKey_isFoundByName() {
        String plain = TokenEntry.generate("app", RULES, RANDOM).entry().text();
        TokenEntry one = TokenEntry.generateKey("one", RULES, RANDOM);
        TokenEntry two = TokenEntry.generateKey("two", RULES, RANDOM);
        assertThat(parse(plain, one.text()).signingKey(null).name()).isEqualTo("one");
        assertThat(parse(one.text(), two.text()).signingKey("two").name()).isEqualTo("two");
        assertThatThrownBy(() -> parse(one.text(), two.text()).signingKey(null)).hasMessageContaining("--name");
        assertThatThrownBy(() -> parse(plain).signingKey(null)).hasMessageContaining("token --key");
        assertThatThrownBy(() -> parse(plain).signingKey("app")).isInstanceOf(AccessException.class);
    }
}
