package io.kvstore.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request, exactly as in the request line: not decoded, and not normalized.
 *
 * @param path the path, which begins with a slash
 * @param query the part after the question mark, or null if there is none
 */
public record Target(String path, @Nullable String query) {

    /**
     * Parses the target of a request line, in origin form ({@code /a?b}) or absolute form ({@code http://host/a?b}).
     *
     * @throws Problem 400 if the target has another form or a fragment
     */
    public static Target parse(String raw) {
        if (raw.indexOf('#') >= 0) {
            throw Problem.badRequest("a request target must not have a fragment: write # as %23");
        }
        String target = raw.startsWith("/") ? raw : withoutAuthority(raw);
        int mark = target.indexOf('?');
        return mark < 0 ? new Target(target, null) : new Target(target.substring(0, mark), target.substring(mark + 1));
    }

    /**
     * Returns the path of a target that may be malformed, for logs. Never contains the query, nor a user or password before
     * the host; returns {@code -} if the path cannot be separated from them.
     */
    static String loggablePath(String raw) {
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
            throw Problem.badRequest("a request target must begin with / or http://, not with " + Quoting.quote(raw));
        }
        int at = scheme + 3;
        while (at < raw.length() && raw.charAt(at) != '/' && raw.charAt(at) != '?') {
            at++;
        }
        String rest = raw.substring(at);
        return rest.startsWith("/") ? rest : "/" + rest;
    }
}
