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
 * What a file of tokens says: a {@link TokenLine} a line, and empty lines, and lines that begin with {@code #}. Immutable.
 *
 * <p>A token is found by its name, which is in front of its first dot and no secret, so that any number of them costs a
 * request one comparison.
 */
public final class TokenFile {

    private static final int BYTES_MAX = 1 << 20;
    private static final int TOKEN_MAX = 8 << 10;
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Map<String, TokenLine> lines;

    private TokenFile(Map<String, TokenLine> lines) {
        this.lines = lines;
    }

    /**
     * Reads a file.
     *
     * @throws AccessException when it cannot be read, when anybody but its owner may, or when a line is none; it names the
     *     file, and the line
     */
    public static TokenFile read(Path file) {
        return parse(file, bytes(file));
    }

    /*
     * By a stream, for the thread may be one that is interrupted when its client stalls: a channel would be closed then, and
     * the file be taken for unreadable.
     */
    static byte[] bytes(Path file) {
        try {
            checkMode(file);
            try (InputStream in = new FileInputStream(file.toFile())) {
                byte[] bytes = in.readNBytes(BYTES_MAX + 1);
                if (bytes.length > BYTES_MAX) {
                    throw new AccessException(file + " is longer than " + BYTES_MAX + " bytes, and no file of tokens");
                }
                return bytes;
            }
        } catch (NoSuchFileException e) {
            throw new AccessException(file + " does not exist: java -jar kvstore.jar token prints lines for it");
        } catch (IOException e) {
            throw new AccessException(file + " cannot be read: " + e.getMessage());
        }
    }

    private static void checkMode(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return; // a system whose files have other rules, which are its owner's to set
        }
        if (!OWNERS.containsAll(view.readAttributes().permissions())) {
            throw new AccessException(file + " must be its owner's alone: chmod 600 " + file);
        }
    }

    static TokenFile parse(Path file, byte[] bytes) {
        if (!Utf8.isValid(bytes)) {
            throw new AccessException(file + " is not UTF-8, and no file of tokens");
        }
        Map<String, TokenLine> lines = new LinkedHashMap<>();
        List<String> texts = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i).strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            try {
                TokenLine line = TokenLine.parse(text);
                if (lines.put(line.name(), line) != null) {
                    throw new AccessException("there is a line of that name already; give it another");
                }
            } catch (AccessException e) {
                throw new AccessException(file + ", line " + (i + 1) + ": " + e.getMessage());
            }
        }
        if (lines.isEmpty()) {
            throw new AccessException(file + " has no token: java -jar kvstore.jar token prints lines for it");
        }
        return new TokenFile(lines);
    }

    /** The name of a token, which is no secret, or null where it has none. */
    static @Nullable String name(String token) {
        int dot = token.indexOf('.');
        return dot < 0 ? null : token.substring(0, dot);
    }

    /** What a token may do, or null where it is unknown, or has expired. */
    @Nullable
    Permissions permissions(String token, long nowMillis) {
        String name = token.length() > TOKEN_MAX ? null : name(token);
        TokenLine line = name == null ? null : lines.get(name);
        return line == null ? null : line.credential().permissions(token, line.permissions(), nowMillis);
    }

    /**
     * The line of a key to sign with.
     *
     * @param name null for the only one that there is
     * @throws AccessException when there is none, or one of several must be named
     */
    public TokenLine key(@Nullable String name) {
        List<TokenLine> keys = lines.values().stream()
                .filter(TokenLine::isKey)
                .filter(line -> name == null || line.name().equals(name))
                .toList();
        if (keys.isEmpty()) {
            throw new AccessException("the file of tokens has no such key to sign with: add the line that"
                    + " java -jar kvstore.jar token --key prints");
        }
        if (keys.size() > 1) {
            throw new AccessException("the file of tokens has several keys: say which by --name");
        }
        return keys.get(0);
    }
}
