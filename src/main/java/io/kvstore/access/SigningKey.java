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
 * A signed token is name.claims.signature. The claims are base64url of text: when it expires, in milliseconds since 1970, and
 * its rules, with a space between each. The signature is base64url of the HMAC-SHA256 of all that is before the last dot.
 */
/**
 * A key that signs tokens, written {@code hmac-sha256:} and base64url of 32 bytes. What it signs needs no line of its own:
 * such a token says itself what it may do and until when, and may never do more than the key's own rules.
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

    static SigningKey draw(SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new SigningKey(secret);
    }

    /** @throws AccessException when what follows the scheme is no key */
    static SigningKey parse(String base64) {
        byte[] secret = decoded(base64);
        if (secret == null || secret.length != BYTES) {
            throw new AccessException("after " + SCHEME + " there must be base64url of " + BYTES
                    + " bytes; java -jar kvstore.jar token --key prints the whole line");
        }
        return new SigningKey(secret);
    }

    /**
     * Signs a token.
     *
     * @param name the key's own
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
        if (signature == null || !MessageDigest.isEqual(signature(signed), signature)) { // in constant time
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
            return nowMillis < Long.parseLong(fields[0]) ? Permissions.of(rules).and(granted) : null;
        } catch (AccessException | NumberFormatException e) {
            return null; // somebody who has the key signed what is no claim: that allows nothing
        }
    }

    private byte[] signature(String signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static byte @Nullable [] decoded(String base64) {
        try {
            return Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return null; // which is as good as a wrong one
        }
    }

    @Override
    public String text() {
        return SCHEME + ENCODER.encodeToString(secret);
    }
}
