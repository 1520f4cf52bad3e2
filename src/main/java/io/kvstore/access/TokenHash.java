package io.kvstore.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/*
 * A slow hash makes the guessing of passwords dear. There is nothing to guess about 256 random bits, so that one SHA-256 is as
 * strong, and costs a request a fraction of a microsecond instead of a tenth of a second.
 */
/** The SHA-256 of a token, written {@code sha256:} and 64 hexadecimal digits: whoever reads the file cannot come in by it. */
final class TokenHash implements Credential {

    static final String SCHEME = "sha256:";

    private static final int BYTES = 32;

    private final byte[] sha256;

    private TokenHash(byte[] sha256) {
        this.sha256 = sha256;
    }

    /** A fresh token: a name that is no secret, by which it is found, and 256 random bits. */
    static String drawToken(String name, SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return name + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    static TokenHash of(String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return new TokenHash(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** @throws AccessException when what follows the scheme is no hash */
    static TokenHash parse(String hex) {
        if (hex.length() != 2 * BYTES || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new AccessException("after " + SCHEME + " there must be " + 2 * BYTES
                    + " hexadecimal digits; java -jar kvstore.jar token prints the whole line");
        }
        return new TokenHash(HexFormat.of().parseHex(hex));
    }

    @Override
    public @Nullable Permissions permissions(String token, Permissions granted, long nowMillis) {
        return MessageDigest.isEqual(sha256, of(token).sha256) ? granted : null; // in constant time
    }

    @Override
    public String text() {
        return SCHEME + HexFormat.of().formatHex(sha256);
    }
}
