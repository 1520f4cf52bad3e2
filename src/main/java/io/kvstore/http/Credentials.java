package io.kvstore.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The token that a request brings along: as a bearer token, RFC 6750, or as the password of whichever user, RFC 7617. */
public final class Credentials {

    private static final String BEARER = "Bearer realm=\"kvstore\"";
    private static final String CHALLENGE = BEARER + ", Basic realm=\"kvstore\", charset=\"UTF-8\"";

    /** What a browser says of a request that a page's script sends. */
    private static final String SCRIPT = "empty";

    private Credentials() {}

    /** Null where there is none, or what there is cannot be understood. */
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
        String given = field.substring(space + 1).trim();
        return switch (field.substring(0, space).toLowerCase(Locale.ROOT)) {
            case "bearer" -> given;
            case "basic" -> password(given);
            default -> null;
        };
    }

    private static @Nullable String password(String base64) {
        try {
            String both = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            return colon < 0 ? null : both.substring(colon + 1);
        } catch (IllegalArgumentException e) {
            return null; // which the client is told
        }
    }

    /**
     * What to tell whoever may not come in. A script in a browser is asked for a bearer token alone: where Basic is among
     * the challenges, the browser asks the person itself, before the page can.
     *
     * @param token what it brought along, if anything
     */
    public static Problem challenge(Request request, @Nullable String token) {
        String detail = token == null
                ? "a token is needed here: send Authorization: Bearer TOKEN, or the token as the password of Basic"
                : "the token is not known here, or no longer";
        boolean script = SCRIPT.equals(request.header(Header.SEC_FETCH_DEST));
        return new Problem(401, detail).header(Header.WWW_AUTHENTICATE, script ? BEARER : CHALLENGE);
    }
}
