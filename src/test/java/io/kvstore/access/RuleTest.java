package io.kvstore.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.KeyRanges;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests rules and the permissions that they grant together. */
class RuleTest {

    @Test
    void parse_readsPrefixAndAccess() {
        assertThat(Rule.parse("app/:rw")).isEqualTo(new Rule("app/", AccessLevel.WRITE));
        assertThat(Rule.parse(":r")).isEqualTo(new Rule("", AccessLevel.READ));
        assertThat(Rule.parse(":admin")).isEqualTo(new Rule("", AccessLevel.ADMIN));
        assertThat(Rule.parse("a:b:r")).isEqualTo(new Rule("a:b", AccessLevel.READ));
        assertThat(Rule.parse("a%20b%25%3A:r")).isEqualTo(new Rule("a b%:", AccessLevel.READ));
        assertThat(Rule.parse("\u00e4:r")).isEqualTo(Rule.parse("%c3%A4:r"));
    }

    @Test
    void text_canBeParsedAgain() {
        for (String prefix : new String[] {"", "app/", "a b", "a:b%", "\u00e4\ud83d\ude00", "#", "\n\t", "a/r"}) {
            for (AccessLevel access : List.of(AccessLevel.READ, AccessLevel.WRITE)) {
                Rule rule = new Rule(prefix, access);
                assertThat(rule.text()).matches("[!-~]+");
                assertThat(Rule.parse(rule.text())).isEqualTo(rule);
            }
        }
    }

    @Test
    void parse_rejectsInvalidRulesWithoutQuotingThem() {
        for (String secret : new String[] {
            "",
            "secret",
            "secret:",
            "secret:w",
            "secret:RW",
            "secret:r ",
            "secret%:r",
            "secret%4:r",
            "secret%zz:r",
            "secret%ff:r",
            "secret:admin",
            "secret".repeat(11_000) + ":r"
        }) {
            assertThatThrownBy(() -> Rule.parse(secret))
                    .as(secret)
                    .isInstanceOf(AccessException.class)
                    .hasMessageNotContaining("secret")
                    .hasMessageNotContaining("\n");
        }
    }

    private static Permissions permissions(String... rules) {
        return Permissions.of(Stream.of(rules).map(Rule::parse).toList());
    }

    @Test
    void permissions_areTheUnionOfAllRules() {
        Permissions both = permissions("a/:r", "a/b/:rw", "c/:rw");
        assertThat(both.readable().contains(Key.of("a/x"))).isTrue();
        assertThat(both.writable().contains(Key.of("a/x"))).isFalse();
        assertThat(both.writable().contains(Key.of("a/b/x"))).isTrue();
        assertThat(both.readable().contains(Key.of("c/x"))).isTrue();
        assertThat(both.readable().contains(Key.of("d"))).isFalse();
        assertThat(both.admin()).isFalse();
        assertThat(permissions("a/:rw", "a/:r")).isEqualTo(permissions("a/:rw"));
        assertThat(permissions(":admin")).isEqualTo(Permissions.ALL);
        assertThat(permissions(":rw").writable()).isEqualTo(KeyRanges.ALL);
        assertThat(permissions(":rw").admin()).isFalse();
    }
}
