package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Accept;
import io.kvstore.http.Header;
import io.kvstore.http.Json;
import io.kvstore.http.MediaType;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** {@code GET /}: the list of endpoints as JSON, or the console for browsers. */
final class EndpointsResource implements Resource {

    private final byte[] json;
    private final Resource page;

    /**
     * Creates the resource.
     *
     * @param endpoints the other endpoints by path; the list also contains this resource
     * @param page the resource for clients that prefer HTML to JSON
     */
    EndpointsResource(Map<String, Resource> endpoints, Resource page) {
        this.page = page;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.generator(bytes)) {
            generator.writeStartArray();
            write("/", this, generator);
            for (Map.Entry<String, Resource> endpoint : endpoints.entrySet()) {
                write(endpoint.getKey(), endpoint.getValue(), generator);
            }
            generator.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.json = bytes.toByteArray();
    }

    private static void write(String path, Resource resource, JsonGenerator generator) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("path", path);
        generator.writeArrayFieldStart("methods");
        for (String method : resource.methods()) {
            generator.writeString(method);
        }
        generator.writeEndArray();
        generator.writeEndObject();
    }

    @Override
    public RequiredAccess requiredAccess() {
        return RequiredAccess.TOKEN;
    }

    @Override
    public Resource variant(Request request) {
        return Accept.prefers(request, MediaType.HTML, MediaType.JSON) ? page : this;
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        Response response = context.response();
        response.header(Header.CONTENT_TYPE, MediaType.JSON);
        response.header(Header.CACHE_CONTROL, "no-store");
        response.vary(Header.ACCEPT);
        response.bytes(200, json);
    }
}
