package io.kvstore.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/*
 * A slow hash makes guessing passwords expensive. The 256 random bits of a token cannot be guessed anyway, so a single
 * SHA-256 is as strong. It costs a request a fraction of a microsecond instead of a tenth of a second.
 */
/**
 * The SHA-256 of a token, written as {@code sha256:} and 64 hexadecimal digits. The token cannot be recovered from it.
 */
final class TokenHash implements Credential {

    static final String SCHEME = "sha256:";

    private static final int BYTES = 32;

    private final byte[] sha256;

    private TokenHash(byte[] sha256) {
        this.sha256 = sha256;
    }

    /**
     * Generates a token: a name, which is not secret and used to look it up, a dot, and 256 random bits in base64url.
     */
    static String generateToken(String name, SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return name + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** Returns the hash of a token. */
    static TokenHash of(String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return new TokenHash(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform supports SHA-256", e);
        }
    }

    /**
     * Parses the text after the scheme.
     *
     * @throws AccessException if it is not a hash
     */
    static TokenHash parse(String hex) {
        if (hex.length() != 2 * BYTES || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new AccessException(SCHEME + " must be followed by " + 2 * BYTES
                    + " hexadecimal digits; java -jar kvstore.jar token prints a whole line");
        }
        return new TokenHash(HexFormat.of().parseHex(hex));
    }

    @Override
    public @Nullable Permissions permissions(String token, Permissions granted, long nowMillis) {
        return MessageDigest.isEqual(sha256, of(token).sha256) ? granted : null; // constant time
    }

    @Override
    public String text() {
        return SCHEME + HexFormat.of().formatHex(sha256);
    }
}
