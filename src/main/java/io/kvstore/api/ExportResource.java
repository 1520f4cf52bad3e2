package io.kvstore.api;

import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Selection;
import io.kvstore.keyspace.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** {@code GET /export}: rows with everything that belongs to them, as lines to be kept in a file and imported again. */
final class ExportResource implements Resource {

    private static final List<String> PARAMETERS = List.of(SelectionParameters.PREFIX);

    private final Keyspace keyspace;

    ExportResource(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public List<String> parameters(String method) {
        return PARAMETERS;
    }

    @Override
    public RequiredAccess demand() {
        return RequiredAccess.TOKEN;
    }

    @Override
    public void answer(Request request, Query query, Response response) throws IOException {
        boolean gzip = Accept.gzip(request);
        Selection selection = request.rights().readable(SelectionParameters.selection(query), response);
        ListingPage<Value> page = ListingPage.whole(keyspace.walk(selection, null));
        response.header(Header.CONTENT_TYPE, MediaType.NDJSON);
        response.header(Header.CONTENT_DISPOSITION, "attachment; filename=\"kvstore.ndjson\"");
        response.header(Header.CACHE_CONTROL, "no-store");
        response.vary(Header.ACCEPT_ENCODING);
        response.header(Header.KV_REVISION, Long.toString(page.revision()));
        if (gzip) {
            response.header(Header.CONTENT_ENCODING, "gzip");
        }
        if (request.method().equals("HEAD")) {
            response.empty(200);
            return;
        }
        OutputStream out = response.stream(200);
        if (gzip) {
            GzipBody body = new GzipBody(out);
            try {
                write(page, body);
            } finally {
                body.release();
            }
        } else {
            write(page, out);
        }
    }

    /** Closes the stream when all is written, and not when that fails. */
    private static void write(ListingPage<Value> page, OutputStream out) throws IOException {
        RowWriter<Value> lines = new RowLines(out, true, page.revision());
        page.writeTo(lines);
        lines.end();
    }
}
