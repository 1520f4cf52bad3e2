package io.kvstore.access;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that are in force: those of a file, which is looked at again when it is needed, at most once a second. A new
 * version that is broken is told of in the log, once, and the one before stays in force.
 *
 * <p>An editor that writes a file in place lets half of it be seen; the next look finds the rest. Safe for use by any number
 * of threads, none of which waits for another that is reading.
 */
public final class Authority {

    private static final System.Logger LOG = System.getLogger(Authority.class.getName());
    private static final long LOOK_MILLIS = 1_000;

    private final Path file;
    private final InstantSource clock;
    private final ReentrantLock looking = new ReentrantLock();
    private byte[] inForce;
    private @Nullable String complaint;
    private volatile long lookedMillis;
    private volatile TokenFile tokens;

    private Authority(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        this.lookedMillis = clock.millis();
        this.inForce = TokenFile.bytes(file);
        this.tokens = TokenFile.parse(file, inForce);
    }

    /**
     * Reads a file.
     *
     * @param clock tells when it is to be looked at again, and when signed tokens expire
     * @throws AccessException as {@link TokenFile#read}
     */
    public static Authority of(Path file, InstantSource clock) {
        return new Authority(file, clock);
    }

    /**
     * The name of a token that {@link #permissions} knows: that of its line, or of the line of the key that signed it. Fit for
     * logs, as its secret is not.
     */
    public static @Nullable String name(String token) {
        return TokenFile.name(token);
    }

    /** What a token may do now, or null where it is unknown, or has expired. */
    public @Nullable Permissions permissions(String token) {
        long now = clock.millis();
        if (isDue(now) && looking.tryLock()) {
            try {
                look();
                lookedMillis = now;
            } finally {
                looking.unlock();
            }
        }
        return tokens.permissions(token, now);
    }

    /** A clock that was set back says nothing about the file. */
    private boolean isDue(long now) {
        return now - lookedMillis >= LOOK_MILLIS || now < lookedMillis;
    }

    /* Its bytes are compared, and not its time: two writes within one tick of the file system's clock have the same. */
    private void look() {
        try {
            byte[] bytes = TokenFile.bytes(file);
            if (!Arrays.equals(bytes, inForce)) {
                tokens = TokenFile.parse(file, bytes);
                inForce = bytes;
            }
            complaint = null;
        } catch (AccessException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(complaint)) {
                complaint = reason;
                LOG.log(System.Logger.Level.WARNING, reason + "; the tokens that were read before stay in force");
            }
        }
    }
}
