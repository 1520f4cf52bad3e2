package io.kvstore.access;

import io.kvstore.keyspace.Utf8;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a token file: one {@link TokenEntry} per line. Empty lines and lines that begin with {@code #} are
 * ignored. Immutable.
 *
 * <p>A token is looked up by its name, the part before its first dot, which is not secret. So a request costs one
 * comparison, however many tokens the file has.
 */
public final class TokenFile {

    private static final int BYTES_MAX = 1 << 20;
    private static final int TOKEN_MAX = 8 << 10;
    private static final Set<PosixFilePermission> OWNER_MODES =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Map<String, TokenEntry> entries;

    private TokenFile(Map<String, TokenEntry> entries) {
        this.entries = entries;
    }

    /**
     * Reads a token file.
     *
     * @throws AccessException if the file cannot be read, if users other than its owner can access it, or if a line is
     *     invalid; the message names the file and the line
     */
    public static TokenFile read(Path file) {
        return parse(file, bytes(file));
    }

    /*
     * Reads with a stream and not a channel, because the watchdog may interrupt the thread of a stalled client. An
     * interrupt would close a channel, and the file would seem unreadable.
     */
    static byte[] bytes(Path file) {
        try {
            checkMode(file);
            try (InputStream in = new FileInputStream(file.toFile())) {
                byte[] bytes = in.readNBytes(BYTES_MAX + 1);
                if (bytes.length > BYTES_MAX) {
                    throw new AccessException(file + " is not a token file: it is larger than " + BYTES_MAX + " bytes");
                }
                return bytes;
            }
        } catch (NoSuchFileException e) {
            throw new AccessException(file + " does not exist; java -jar kvstore.jar token prints lines for it");
        } catch (IOException e) {
            throw new AccessException(file + " cannot be read: " + e.getMessage());
        }
    }

    private static void checkMode(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return; // not a POSIX file system: the administrator restricts access
        }
        if (!OWNER_MODES.containsAll(view.readAttributes().permissions())) {
            throw new AccessException(file + " must be accessible only by its owner: chmod 600 " + file);
        }
    }

    static TokenFile parse(Path file, byte[] bytes) {
        if (!Utf8.isValid(bytes)) {
            throw new AccessException(file + " is not a token file: it is not valid UTF-8");
        }
        Map<String, TokenEntry> entries = new LinkedHashMap<>();
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                TokenEntry entry = TokenEntry.parse(line);
                if (entries.put(entry.name(), entry) != null) {
                    throw new AccessException("another line has the same name; choose a different one");
                }
            } catch (AccessException e) {
                throw new AccessException(file + ", line " + (i + 1) + ": " + e.getMessage());
            }
        }
        if (entries.isEmpty()) {
            throw new AccessException(file + " contains no token; java -jar kvstore.jar token prints lines for it");
        }
        return new TokenFile(entries);
    }

    /** Returns the name of a token, which is not secret, or null if it has none. */
    static @Nullable String name(String token) {
        int dot = token.indexOf('.');
        return dot < 0 ? null : token.substring(0, dot);
    }

    /** Returns the permissions of a token, or null if the token is unknown or has expired. */
    @Nullable
    Permissions permissions(String token, long nowMillis) {
        String name = token.length() > TOKEN_MAX ? null : name(token);
        TokenEntry entry = name == null ? null : entries.get(name);
        return entry == null ? null : entry.credential().permissions(token, entry.permissions(), nowMillis);
    }

    /**
     * Returns the entry of a signing key.
     *
     * @param name the name of the key, or null for the only key of the file
     * @throws AccessException if there is no such key, or if {@code name} is null and there are several
     */
    public TokenEntry signingKey(@Nullable String name) {
        List<TokenEntry> keys = entries.values().stream()
                .filter(TokenEntry::isSigningKey)
                .filter(entry -> name == null || entry.name().equals(name))
                .toList();
        if (keys.isEmpty()) {
            throw new AccessException("the token file has no such signing key; add the line that"
                    + " java -jar kvstore.jar token --key prints");
        }
        if (keys.size() > 1) {
            throw new AccessException("the token file has several signing keys; choose one with --name");
        }
        return keys.get(0);
    }
}
