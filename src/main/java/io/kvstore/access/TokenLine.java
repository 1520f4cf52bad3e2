package io.kvstore.access;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A line of the file of tokens: a name, a hash or a key, and rules, with white space between them, as in
 * {@code app sha256:9f86d0… app/:rw shared/:r}.
 */
public final class TokenLine {

    private static final int NAME_MAX = 64;
    private static final String SHAPE = "a line is a name, a hash and rules, as java -jar kvstore.jar token prints it";

    private final String name;
    private final Credential credential;
    private final List<Rule> rules;
    private final Permissions permissions;

    private TokenLine(String name, Credential credential, List<Rule> rules) {
        this.name = checked(name);
        this.credential = credential;
        this.rules = List.copyOf(rules);
        this.permissions = Permissions.of(rules);
        if (rules.isEmpty()) {
            throw new AccessException("a token needs a rule, as in app/:rw, or :r for reading every key");
        }
    }

    /** A line and the token that it is of, which is nowhere else. */
    public record Drawn(TokenLine line, String token) {}

    /** Draws a token that may do what the rules say. */
    public static Drawn draw(String name, List<Rule> rules, SecureRandom random) {
        String token = TokenHash.drawToken(name, random);
        return new Drawn(new TokenLine(name, TokenHash.of(token), rules), token);
    }

    /** Draws a key that signs tokens, which may do no more than the rules say. */
    public static TokenLine drawKey(String name, List<Rule> rules, SecureRandom random) {
        return new TokenLine(name, SigningKey.draw(random), rules);
    }

    /** @throws AccessException when it is none, with what to do */
    static TokenLine parse(String text) {
        String[] fields = text.strip().split("\\s+", -1);
        String name = checked(fields[0]);
        if (fields.length == 1) {
            throw new AccessException(SHAPE);
        }
        List<Rule> rules =
                Arrays.stream(fields, 2, fields.length).map(Rule::parse).toList();
        return new TokenLine(name, credential(fields[1]), rules);
    }

    private static Credential credential(String text) {
        if (text.startsWith(TokenHash.SCHEME)) {
            return TokenHash.parse(text.substring(TokenHash.SCHEME.length()));
        }
        if (text.startsWith(SigningKey.SCHEME)) {
            return SigningKey.parse(text.substring(SigningKey.SCHEME.length()));
        }
        throw new AccessException(
                "what follows the name begins with " + TokenHash.SCHEME + " or " + SigningKey.SCHEME + "; " + SHAPE);
    }

    private static String checked(String name) {
        if (name.isEmpty() || name.length() > NAME_MAX || !name.chars().allMatch(TokenLine::isOfNames)) {
            throw new AccessException("a name is 1 to " + NAME_MAX + " of A-Z, a-z, 0-9, - and _");
        }
        return name;
    }

    private static boolean isOfNames(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    String name() {
        return name;
    }

    Credential credential() {
        return credential;
    }

    /** Whether it signs tokens, and is of none itself. */
    boolean isKey() {
        return credential instanceof SigningKey;
    }

    /** What its token may do, or at most one that its key signed. */
    Permissions permissions() {
        return permissions;
    }

    /**
     * Signs a token with the key of this line.
     *
     * @throws AccessException when it has none
     */
    public String sign(List<Rule> claimed, Instant expiry) {
        if (credential instanceof SigningKey key) {
            return key.sign(name, claimed, expiry.toEpochMilli());
        }
        throw new AccessException("the line of that name has no key to sign with");
    }

    /** The line as it is written, without its end. */
    public String text() {
        return name + " " + credential.text() + " "
                + rules.stream().map(Rule::text).collect(Collectors.joining(" "));
    }
}
