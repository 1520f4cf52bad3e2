package io.kvstore.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** {@code /openapi.json}: this API as OpenAPI 3.1, a file that is written by hand. */
final class OpenApiResource implements Resource {

    private static final String FILE = "openapi.json";

    @Override
    public RequiredAccess demand() {
        return RequiredAccess.TOKEN;
    }

    @Override
    public void answer(Request request, Query query, Response response) throws IOException {
        response.header(Header.CONTENT_TYPE, MediaType.JSON);
        response.header(Header.CACHE_CONTROL, "no-store");
        response.bytes(200, document());
    }

    /** Read when it is asked for, which is not often. */
    private static byte[] document() throws IOException {
        try (InputStream in = Objects.requireNonNull(OpenApiResource.class.getResourceAsStream(FILE), FILE)) {
            return in.readAllBytes();
        }
    }
}
