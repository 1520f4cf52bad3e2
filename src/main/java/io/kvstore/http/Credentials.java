package io.kvstore.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The access token of a request: a bearer token, RFC 6750, or the password of Basic authentication, RFC 7617. */
public final class Credentials {

    private static final String BEARER = "Bearer realm=\"kvstore\"";
    private static final String CHALLENGE = BEARER + ", Basic realm=\"kvstore\", charset=\"UTF-8\"";

    /** The value of {@code Sec-Fetch-Dest} for a request that a script in a browser sends. */
    private static final String SCRIPT = "empty";

    private Credentials() {}

    /** Returns the token, or null if there is none or the header is malformed. Ignores the user name of Basic. */
    public static @Nullable String token(Request request) {
        List<String> fields = request.headers(Header.AUTHORIZATION);
        if (fields == null || fields.size() > 1) {
            return null;
        }
        String field = fields.get(0).trim();
        int space = field.indexOf(' ');
        if (space < 0) {
            return null;
        }
        String credentials = field.substring(space + 1).trim();
        return switch (field.substring(0, space).toLowerCase(Locale.ROOT)) {
            case "bearer" -> credentials;
            case "basic" -> password(credentials);
            default -> null;
        };
    }

    private static @Nullable String password(String base64) {
        try {
            String credentials = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            int colon = credentials.indexOf(':');
            return colon < 0 ? null : credentials.substring(colon + 1);
        } catch (IllegalArgumentException e) {
            return null; // the caller responds as if there were no token
        }
    }

    /**
     * Returns the response to a request without a valid token. Offers Basic authentication, except to a script in a browser:
     * the browser would show its own password dialog before the script could react.
     *
     * @param token the token of the request, or null if it has none
     */
    public static Problem challenge(Request request, @Nullable String token) {
        String detail = token == null
                ? "an access token is required: send Authorization: Bearer TOKEN, or the token as the password of Basic"
                : "the access token is unknown, expired or revoked";
        boolean script = SCRIPT.equals(request.header(Header.SEC_FETCH_DEST));
        return new Problem(401, detail).header(Header.WWW_AUTHENTICATE, script ? BEARER : CHALLENGE);
    }
}
