package io.kvstore.api;

import io.kvstore.keyspace.Key;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes, as it stood in the request line: nothing decoded, merged or removed.
 *
 * @param path begins with a slash
 * @param query what follows the question mark, or null where there is none
 */
record Target(String path, @Nullable String query) {

    /** What the path of every key begins with. */
    static final String KEYS = "/keys/";

    /**
     * Reads the target of a request line, in origin form ({@code /keys/a}) or absolute form ({@code http://host/keys/a}).
     *
     * @throws Problem 400 when it is neither, or has a fragment
     */
    static Target parse(String raw) {
        if (raw.indexOf('#') >= 0) {
            throw Problem.badRequest("a request target has no fragment: write # as %23");
        }
        String target = raw.startsWith("/") ? raw : withoutAuthority(raw);
        int mark = target.indexOf('?');
        return mark < 0 ? new Target(target, null) : new Target(target.substring(0, mark), target.substring(mark + 1));
    }

    /**
     * What may be shown of the target of a request line: no user or password in front of a host, and no query; {@code -} where
     * that cannot be told apart.
     */
    static String shownPath(String raw) {
        int hash = raw.indexOf('#');
        try {
            return parse(hash < 0 ? raw : raw.substring(0, hash)).path();
        } catch (Problem e) {
            return "-";
        }
    }

    private static String withoutAuthority(String raw) {
        int scheme = raw.indexOf("://");
        String name = scheme < 0 ? "" : raw.substring(0, scheme).toLowerCase(Locale.ROOT);
        if (!name.equals("http") && !name.equals("https")) {
            throw Problem.badRequest("a request target begins with / or http://, not with " + Text.quoted(raw));
        }
        int at = scheme + 3;
        while (at < raw.length() && raw.charAt(at) != '/' && raw.charAt(at) != '?') {
            at++;
        }
        String rest = raw.substring(at);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    /** Whether it is a key's, though that key may turn out to be none. */
    boolean isKey() {
        return path.startsWith(KEYS);
    }

    /**
     * The key it names.
     *
     * @param bytesMax the longest key that is allowed
     * @throws Problem 400 when it is empty or malformed, 414 when it is too long
     */
    Key key(int bytesMax) {
        byte[] utf8 = PercentEncoding.decode(path, KEYS.length(), path.length(), "key");
        if (utf8.length == 0) {
            throw Problem.badRequest("a key has at least one byte; all pairs are at /keys, without the last slash");
        }
        if (utf8.length > bytesMax) {
            throw new Problem(414, "a key has at most " + bytesMax + " bytes here, not " + utf8.length);
        }
        return Key.ofUtf8(utf8);
    }
}
