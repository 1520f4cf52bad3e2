package io.kvstore.api;

import io.kvstore.console.ConsoleFile;
import io.kvstore.http.Header;
import io.kvstore.http.MediaType;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A resource whose content never changes: a text, the OpenAPI document, or a file of the console. */
record StaticResource(RequiredAccess requiredAccess, Content content) implements Resource {

    private static final String OPEN_API = "openapi.json";

    /** Sends the content as the response. */
    @FunctionalInterface
    interface Content {
        void send(Request request, Response response) throws IOException;
    }

    /** Returns a resource for plain text, which needs no token. */
    static StaticResource text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new StaticResource(RequiredAccess.NOTHING, (request, response) -> {
            response.header(Header.CONTENT_TYPE, MediaType.TEXT);
            response.header(Header.CACHE_CONTROL, "no-store");
            response.bytes(200, bytes);
        });
    }

    /** Returns the resource for this API as an OpenAPI 3.1 document. Reads the document on each request, as there are few. */
    static StaticResource openApi() {
        return new StaticResource(RequiredAccess.TOKEN, (request, response) -> {
            response.header(Header.CONTENT_TYPE, MediaType.JSON);
            response.header(Header.CACHE_CONTROL, "no-store");
            response.bytes(200, openApiDocument());
        });
    }

    /** Returns a resource for a file of the console, which needs no token. */
    static StaticResource console(ConsoleFile file) {
        return new StaticResource(RequiredAccess.NOTHING, file::send);
    }

    private static byte[] openApiDocument() throws IOException {
        try (InputStream in = Objects.requireNonNull(StaticResource.class.getResourceAsStream(OPEN_API), OPEN_API)) {
            return in.readAllBytes();
        }
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        content.send(context.request(), context.response());
    }
}
