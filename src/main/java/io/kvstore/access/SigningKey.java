package io.kvstore.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/*
 * A signed token has the form name.claims.signature. The claims are base64url of a text: the expiry time in
 * milliseconds since 1970 and the rules, separated by spaces. The signature is base64url of the HMAC-SHA256 of
 * everything before the last dot.
 */
/**
 * A key that signs tokens, written as {@code hmac-sha256:} and base64url of 32 bytes. A signed token needs no line in
 * the token file: it contains its own rules and expiry time. It never grants more than the rules of the key.
 */
final class SigningKey implements Credential {

    static final String SCHEME = "hmac-sha256:";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 32;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final byte[] secret;

    private SigningKey(byte[] secret) {
        this.secret = secret;
    }

    /** Generates a key. */
    static SigningKey generate(SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new SigningKey(secret);
    }

    /**
     * Parses the text after the scheme.
     *
     * @throws AccessException if it is not a key
     */
    static SigningKey parse(String base64) {
        byte[] secret = decoded(base64);
        if (secret == null || secret.length != BYTES) {
            throw new AccessException(SCHEME + " must be followed by " + BYTES
                    + " bytes in base64url; java -jar kvstore.jar token --key prints a whole line");
        }
        return new SigningKey(secret);
    }

    /**
     * Signs a token.
     *
     * @param name the name of the key's line
     */
    String sign(String name, List<Rule> rules, long expiryMillis) {
        StringBuilder claims = new StringBuilder(Long.toString(expiryMillis));
        rules.forEach(rule -> claims.append(' ').append(rule.text()));
        String signed = name + '.' + ENCODER.encodeToString(claims.toString().getBytes(StandardCharsets.US_ASCII));
        return signed + '.' + ENCODER.encodeToString(signature(signed));
    }

    @Override
    public @Nullable Permissions permissions(String token, Permissions granted, long nowMillis) {
        int dot = token.lastIndexOf('.');
        byte[] signature = decoded(token.substring(dot + 1));
        String signed = token.substring(0, Math.max(0, dot));
        if (signature == null || !MessageDigest.isEqual(signature(signed), signature)) { // constant time
            return null;
        }
        byte[] claims = decoded(signed.substring(signed.indexOf('.') + 1));
        return claims == null ? null : permissions(claims, nowMillis, granted);
    }

    private static @Nullable Permissions permissions(byte[] claims, long nowMillis, Permissions granted) {
        String[] fields = new String(claims, StandardCharsets.US_ASCII).split(" ", -1);
        try {
            List<Rule> rules = new ArrayList<>();
            for (int i = 1; i < fields.length; i++) {
                rules.add(Rule.parse(fields[i]));
            }
            return nowMillis < Long.parseLong(fields[0]) ? Permissions.of(rules).intersect(granted) : null;
        } catch (AccessException | NumberFormatException e) {
            return null; // the signature is valid, but the claims are not, so they grant nothing
        }
    }

    private byte[] signature(String signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform supports " + ALGORITHM, e);
        }
    }

    private static byte @Nullable [] decoded(String base64) {
        try {
            return Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return null; // treated like a wrong value
        }
    }

    @Override
    public String text() {
        return SCHEME + ENCODER.encodeToString(secret);
    }
}
