package io.kvstore.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A page of text that is always the same. */
final class TextResource implements Resource {

    private final byte[] text;

    TextResource(String text) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public RequiredAccess demand() {
        return RequiredAccess.NOTHING;
    }

    @Override
    public void answer(Request request, Query query, Response response) throws IOException {
        response.header(Header.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.header(Header.CACHE_CONTROL, "no-store");
        response.bytes(200, text);
    }
}
