package io.kvstore.access;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates tokens with a token file. The file is read again when a token is checked, at most once a second. If a
 * new version of the file is invalid, a warning is logged once, and the previous version remains in effect.
 *
 * <p>If an editor writes the file in place, an incomplete version may be read; a later check reads the rest. Safe for
 * use by any number of threads. While one thread reads the file, the others use the previous version and do not wait.
 */
public final class TokenAuthenticator {

    private static final System.Logger LOG = System.getLogger(TokenAuthenticator.class.getName());
    private static final long CHECK_INTERVAL_MILLIS = 1_000;

    private final Path file;
    private final InstantSource clock;
    private final ReentrantLock checking = new ReentrantLock();
    private byte[] currentBytes;
    private @Nullable String lastWarning;
    private volatile long checkedMillis;
    private volatile TokenFile tokens;

    private TokenAuthenticator(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        this.checkedMillis = clock.millis();
        this.currentBytes = TokenFile.bytes(file);
        this.tokens = TokenFile.parse(file, currentBytes);
    }

    /**
     * Returns an authenticator that uses a token file, which is read now.
     *
     * @param clock determines when the file is checked again, and when signed tokens expire
     * @throws AccessException as for {@link TokenFile#read}
     */
    public static TokenAuthenticator of(Path file, InstantSource clock) {
        return new TokenAuthenticator(file, clock);
    }

    /**
     * Returns the name of a token that {@link #permissions} has accepted: the name of its line, or of the line of the
     * key that signed it. The name is not secret and may be logged.
     */
    public static @Nullable String name(String token) {
        return TokenFile.name(token);
    }

    /** Returns the permissions of a token, or null if the token is unknown or has expired. */
    public @Nullable Permissions permissions(String token) {
        long now = clock.millis();
        if (isDue(now) && checking.tryLock()) {
            try {
                reload();
                checkedMillis = now;
            } finally {
                checking.unlock();
            }
        }
        return tokens.permissions(token, now);
    }

    /**
     * Returns whether the file must be checked. If the clock was set back, the time of the last check means nothing.
     */
    private boolean isDue(long now) {
        return now - checkedMillis >= CHECK_INTERVAL_MILLIS || now < checkedMillis;
    }

    /*
     * Compares the bytes, not the modification time, because two writes within one tick of the file system clock have
     * the same time.
     */
    private void reload() {
        try {
            byte[] bytes = TokenFile.bytes(file);
            if (!Arrays.equals(bytes, currentBytes)) {
                tokens = TokenFile.parse(file, bytes);
                currentBytes = bytes;
            }
            lastWarning = null;
        } catch (AccessException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(lastWarning)) {
                lastWarning = reason;
                LOG.log(System.Logger.Level.WARNING, reason + "; the previous tokens remain in effect");
            }
        }
    }
}
