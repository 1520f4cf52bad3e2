package io.kvstore.access;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One line of a token file: a name, a credential and rules, separated by white space. The credential is the hash of a
 * token or a key that signs tokens. Example: {@code app sha256:9f86d0… app/:rw shared/:r}. Immutable.
 */
public final class TokenEntry {

    private static final int NAME_MAX = 64;
    private static final String FORMAT =
            "a line consists of a name, a hash and rules, as java -jar kvstore.jar token prints it";

    private final String name;
    private final Credential credential;
    private final List<Rule> rules;
    private final Permissions permissions;

    private TokenEntry(String name, Credential credential, List<Rule> rules) {
        this.name = checked(name);
        this.credential = credential;
        this.rules = List.copyOf(rules);
        this.permissions = Permissions.of(rules);
        if (rules.isEmpty()) {
            throw new AccessException("a token needs at least one rule, such as app/:rw, or :r to read all keys");
        }
    }

    /**
     * A generated token and its entry.
     *
     * @param entry contains only the hash of the token
     * @param token is stored nowhere else
     */
    public record Generated(TokenEntry entry, String token) {}

    /** Generates a token with the permissions that the rules grant. */
    public static Generated generate(String name, List<Rule> rules, SecureRandom random) {
        String token = TokenHash.generateToken(name, random);
        return new Generated(new TokenEntry(name, TokenHash.of(token), rules), token);
    }

    /** Generates a key that signs tokens. The tokens can have at most the permissions that the rules grant. */
    public static TokenEntry generateKey(String name, List<Rule> rules, SecureRandom random) {
        return new TokenEntry(name, SigningKey.generate(random), rules);
    }

    /**
     * Parses a line.
     *
     * @throws AccessException if the line is invalid
     */
    static TokenEntry parse(String text) {
        String[] fields = text.strip().split("\\s+", -1);
        String name = checked(fields[0]);
        if (fields.length == 1) {
            throw new AccessException(FORMAT);
        }
        List<Rule> rules =
                Arrays.stream(fields, 2, fields.length).map(Rule::parse).toList();
        return new TokenEntry(name, credential(fields[1]), rules);
    }

    private static Credential credential(String text) {
        if (text.startsWith(TokenHash.SCHEME)) {
            return TokenHash.parse(text.substring(TokenHash.SCHEME.length()));
        }
        if (text.startsWith(SigningKey.SCHEME)) {
            return SigningKey.parse(text.substring(SigningKey.SCHEME.length()));
        }
        throw new AccessException("the field after the name must begin with " + TokenHash.SCHEME + " or "
                + SigningKey.SCHEME + "; " + FORMAT);
    }

    private static String checked(String name) {
        if (name.isEmpty() || name.length() > NAME_MAX || !name.chars().allMatch(TokenEntry::isNameCharacter)) {
            throw new AccessException("a name must have 1 to " + NAME_MAX + " characters from A-Z, a-z, 0-9, - and _");
        }
        return name;
    }

    private static boolean isNameCharacter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    String name() {
        return name;
    }

    Credential credential() {
        return credential;
    }

    /** Returns whether this is the entry of a key that signs tokens, and not of a token. */
    boolean isSigningKey() {
        return credential instanceof SigningKey;
    }

    /** Returns the permissions of the token, or the maximum permissions of a token that the key signs. */
    Permissions permissions() {
        return permissions;
    }

    /**
     * Returns a new token, signed with the key of this entry.
     *
     * @param claimed the rules of the token; it has only those permissions that the rules of this entry grant as well
     * @param expiry the token is valid until this time, exclusive
     * @throws AccessException if this is not the entry of a signing key
     */
    public String sign(List<Rule> claimed, Instant expiry) {
        if (credential instanceof SigningKey key) {
            return key.sign(name, claimed, expiry.toEpochMilli());
        }
        throw new AccessException("the line of that name is not a signing key");
    }

    /** Returns the line as it is written in the file, without a line feed. */
    public String text() {
        return name + " " + credential.text() + " "
                + rules.stream().map(Rule::text).collect(Collectors.joining(" "));
    }
}
