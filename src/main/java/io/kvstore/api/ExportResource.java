package io.kvstore.api;

import io.kvstore.http.Accept;
import io.kvstore.http.Header;
import io.kvstore.http.MediaType;
import io.kvstore.http.Query;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Selection;
import io.kvstore.keyspace.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * {@code GET /export}: complete rows, with values and metadata, as lines of JSON. Clients can store them in a file and import
 * them later.
 */
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
    public RequiredAccess requiredAccess() {
        return RequiredAccess.TOKEN;
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        Request request = context.request();
        Query query = context.query();
        Response response = context.response();
        boolean gzip = Accept.gzip(request);
        Selection selection = context.authorization().readable(SelectionParameters.selection(query), response);
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
            GzipStream body = new GzipStream(out);
            try {
                write(page, body);
            } finally {
                body.release();
            }
        } else {
            write(page, out);
        }
    }

    /** Compresses a body while it is written. Prefers speed to a good ratio. */
    private static final class GzipStream extends GZIPOutputStream {

        private static final int BUFFER_BYTES = 16 << 10;

        GzipStream(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }

        /** Frees the native memory. Does not complete the body; only {@link #close} does. */
        void release() {
            def.end();
        }
    }

    /** Writes all rows and closes the stream. If writing fails, leaves the stream open. */
    private static void write(ListingPage<Value> page, OutputStream out) throws IOException {
        RowWriter<Value> lines = RowWriter.lines(out, true, page.revision());
        page.writeTo(lines);
        lines.end();
    }
}
